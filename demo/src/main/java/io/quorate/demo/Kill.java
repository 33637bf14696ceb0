package io.quorate.demo;

import io.quorate.demo.load.Victim;
import java.time.Duration;

/**
 * A kill, and what it hit.
 *
 * @param victim who was killed
 * @param pid the process that is gone
 * @param port where the next one serves, as the one before
 * @param afterAnswers how many orders had an answer then
 * @param inFlight how many sagas were unfinished: for the order service counted in its log by the
 *     process that came after it, for others asked of the coordinator at that moment
 * @param back from the kill until the next process served
 */
record Kill(Victim victim, long pid, String port, int afterAnswers, int inFlight, Duration back) {}
