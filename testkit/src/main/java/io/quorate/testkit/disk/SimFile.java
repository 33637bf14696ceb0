package io.quorate.testkit.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * A file's bytes as the page cache shows them and as the platter may hold them.
 *
 * <p>Per sector: the durable content, the contents it had since (each of which the drive may have
 * written on its own), and whether the next force will write it.
 */
final class SimFile {
  static final int SECTOR_BYTES = 512;

  /** What a sector was between its durable content and now. */
  private static final class Dirt {
    final List<byte[]> versions = new ArrayList<>();
    boolean forcible;
  }

  private byte[] cached = new byte[0];
  private byte[] durable = new byte[0];
  private final TreeMap<Integer, Dirt> dirt = new TreeMap<>();

  int size() {
    return cached.length;
  }

  byte[] contents() {
    return cached.clone();
  }

  int read(ByteBuffer target, long offset) {
    int length = Math.clamp(cached.length - offset, 0, target.remaining());
    if (length > 0) {
      target.put(cached, (int) offset, length);
    }
    return length;
  }

  void write(ByteBuffer source, long offset, int length) {
    if (length == 0) {
      return;
    }
    int start = (int) offset;
    if (start + length > cached.length) {
      cached = Arrays.copyOf(cached, start + length);
    }
    source.get(cached, start, length);
    int last = (start + length - 1) / SECTOR_BYTES;
    for (int sector = start / SECTOR_BYTES; sector <= last; sector++) {
      Dirt made = dirt.computeIfAbsent(sector, any -> new Dirt());
      made.versions.add(sector(cached, sector));
      made.forcible = true;
    }
  }

  /** The sectors written since the last force become durable as they are now. */
  void force() {
    durable = Arrays.copyOf(durable, cached.length);
    dirt.forEach(
        (sector, made) -> {
          if (made.forcible) {
            put(durable, sector, sector(cached, sector));
          }
        });
    dirt.values().removeIf(made -> made.forcible);
  }

  /** The sectors written since the last force count as clean, though they are not durable. */
  void failForce() {
    dirt.values().forEach(made -> made.forcible = false);
  }

  /** The file as a power loss may leave it. */
  SimFile survivor(Choices choices) {
    SimFile survivor = new SimFile();
    int size = durable.length;
    if (cached.length != size) {
      size = choices.pick(2) == 0 ? size : cached.length;
    }
    byte[] bytes = Arrays.copyOf(durable, size);
    dirt.forEach(
        (sector, made) -> {
          List<byte[]> options = distinct(sector(durable, sector), made.versions);
          byte[] chosen = options.get(options.size() == 1 ? 0 : choices.pick(options.size()));
          put(bytes, sector, chosen);
        });
    survivor.cached = bytes;
    survivor.durable = bytes.clone();
    return survivor;
  }

  /** The same bytes in the same state of durability. */
  SimFile copy() {
    SimFile copy = new SimFile();
    copy.cached = cached.clone();
    copy.durable = durable.clone();
    dirt.forEach(
        (sector, made) -> {
          Dirt same = new Dirt();
          same.versions.addAll(made.versions);
          same.forcible = made.forcible;
          copy.dirt.put(sector, same);
        });
    return copy;
  }

  void flip(long offset, int bit) {
    cached[(int) offset] ^= (byte) (1 << bit);
    if (offset < durable.length) {
      durable[(int) offset] ^= (byte) (1 << bit);
    }
  }

  private static List<byte[]> distinct(byte[] first, List<byte[]> rest) {
    List<byte[]> distinct = new ArrayList<>(List.of(first));
    for (byte[] version : rest) {
      if (!Arrays.equals(version, distinct.getLast())) {
        distinct.add(version);
      }
    }
    return distinct;
  }

  /** A sector's bytes, zeros behind the end. */
  private static byte[] sector(byte[] bytes, int sector) {
    int from = Math.min(bytes.length, sector * SECTOR_BYTES);
    int to = Math.min(bytes.length, from + SECTOR_BYTES);
    return Arrays.copyOf(Arrays.copyOfRange(bytes, from, to), SECTOR_BYTES);
  }

  private static void put(byte[] bytes, int sector, byte[] content) {
    int from = Math.min(bytes.length, sector * SECTOR_BYTES);
    System.arraycopy(content, 0, bytes, from, Math.min(SECTOR_BYTES, bytes.length - from));
  }
}
