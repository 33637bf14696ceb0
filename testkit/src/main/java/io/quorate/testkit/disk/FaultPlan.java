package io.quorate.testkit.disk;

/** Decides what goes wrong. Called for every operation, before it has any effect. */
@FunctionalInterface
public interface FaultPlan {

  /** What happens to this operation. */
  Fault faultAt(Operation operation);

  /** Nothing goes wrong. */
  static FaultPlan none() {
    return operation -> Fault.NONE;
  }

  /** {@code fault} at the change with this {@link Operation#index}, once. */
  static FaultPlan at(int index, Fault fault) {
    return operation -> operation.index() == index ? fault : Fault.NONE;
  }

  /** {@code fault} at the {@code ordinal}-th operation of a kind, once. */
  static FaultPlan at(Operation.Kind kind, int ordinal, Fault fault) {
    return operation ->
        operation.kind() == kind && operation.ordinal() == ordinal ? fault : Fault.NONE;
  }
}
