package io.quorate.core.tx.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole type is checked when the codec is made: no value is needed to see that one is wrong.
 */
class UnsupportedPayloadTest {

  @Test
  void the_path_the_type_and_the_remedy_are_named() {
    record Line(String sku, Date price) {}
    record Order(String id, List<Line> lines) {}
    assertThatExceptionOfType(UnsupportedPayloadException.class)
        .isThrownBy(() -> Codec.of(Order.class))
        .withMessage("Order.lines[].price: java.util.Date (use java.time.Instant or LocalDate)")
        .satisfies(e -> assertThat(e.path()).isEqualTo("Order.lines[].price"));
  }

  @Test
  @SuppressWarnings("rawtypes") // one case is a raw type
  void each_kind_of_unsupported_type_has_its_remedy() {
    record Raw(List list) {}
    unsupported(Raw.class, "Raw.list: java.util.List (declare its type arguments)");
    record Keys(Map<Integer, String> map) {}
    unsupported(
        Keys.class,
        "Keys.map: java.util.Map<java.lang.Integer, java.lang.String> (use String keys)");
    record Any(Map<String, Object> map) {}
    unsupported(Any.class, "Any.map{}: java.lang.Object (use a sealed interface of records)");
    record Wild(List<?> list) {}
    unsupported(Wild.class, "Wild.list[]: java.lang.Object");
    record Lower(List<? super Integer> list) {}
    unsupported(Lower.class, "Lower.list[]: ? super java.lang.Integer");
    record Array(int[] numbers) {}
    unsupported(Array.class, "Array.numbers: int[] (use List<int>)");
    record GenericArray(List<String>[] lists) {}
    unsupported(GenericArray.class, "GenericArray.lists: java.util.List<java.lang.String>[]");
    record Twice(Optional<Optional<String>> o) {}
    unsupported(
        Twice.class,
        "Twice.o: java.util.Optional<java.util.Optional<java.lang.String>> (empty in two ways");
    record Both(@Nullable Optional<String> o) {}
    unsupported(Both.class, "(empty in two ways: drop @Nullable)");
    record Concrete(ArrayList<String> list, Collection<String> other) {}
    unsupported(
        Concrete.class,
        "Concrete.list: java.util.ArrayList<java.lang.String> (use List<…> or Set<…>)");
    record Ints(OptionalInt o) {}
    unsupported(Ints.class, "Ints.o: java.util.OptionalInt (use Optional<…>)");
    record Bytes(Set<byte[]> set) {}
    unsupported(Bytes.class, "Bytes.set[]: byte[] (arrays have no value equality");
    record Box<T>(T value) {}
    record Boxed(Box<String> box) {}
    unsupported(Boxed.class, "(declare a type without type parameters)");
    unsupported(Box.class, "Box: ");
    unsupported(
        Thread.class,
        "Thread: java.lang.Thread (use a record, or a codec of your own: Codec.of(name, encode,"
            + " decode))");
    unsupported(Runnable.class, "Runnable: java.lang.Runnable (use a sealed interface of records)");
  }

  sealed interface Open {}

  record Fine() implements Open {}

  static non-sealed class Loose implements Open {}

  sealed interface Clash {}

  record Fault() implements Clash {}

  static final class Other {
    record Fault() implements Clash {}
  }

  sealed interface Diamond {}

  sealed interface Left extends Diamond {}

  sealed interface Right extends Diamond {}

  record Tip(String s) implements Left, Right {}

  @Test
  void a_sealed_interface_permits_records_with_names_of_their_own() {
    unsupported(Open.class, "Loose (a sealed interface may permit records and enums)");
    unsupported(Clash.class, "another variant has the name Fault: rename one");
    Codec<Diamond> diamonds = Codec.of(Diamond.class);
    assertThat(diamonds.decode(diamonds.encode(new Tip("a")))).isEqualTo(new Tip("a"));
  }

  @Test
  void a_record_in_a_closed_module_is_refused_and_in_an_open_one_stored(@TempDir Path dir)
      throws Exception {
    Class<?> closed = compiledInModule(dir.resolve("a"), "module app {}");
    assertThatExceptionOfType(UnsupportedPayloadException.class)
        .isThrownBy(() -> Codec.of(closed))
        .withMessage(
            "Hidden: app.Hidden (not accessible: declare `opens app to io.quorate.core` in its"
                + " module, or make the record public and export it)");
    Class<?> open = compiledInModule(dir.resolve("b"), "module app { opens app; }");
    assertThat(Codec.of(open).decode("{\"n\":7}".getBytes(UTF_8))).hasToString("Hidden[n=7]");
  }

  private static Class<?> compiledInModule(Path dir, String descriptor) throws IOException {
    Path sources = Files.createDirectories(dir.resolve("src/app"));
    Path classes = dir.resolve("classes");
    Path module = Files.writeString(dir.resolve("src/module-info.java"), descriptor);
    Path hidden =
        Files.writeString(sources.resolve("Hidden.java"), "package app; record Hidden(int n) {}");
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", classes.toString(), module.toString(), hidden.toString());
    assertThat(status).isZero();
    ModuleLayer boot = ModuleLayer.boot();
    Configuration configuration =
        boot.configuration().resolve(ModuleFinder.of(classes), ModuleFinder.of(), Set.of("app"));
    try {
      return boot.defineModulesWithOneLoader(configuration, ClassLoader.getSystemClassLoader())
          .findLoader("app")
          .loadClass("app.Hidden");
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static void unsupported(Class<?> type, String message) {
    assertThatExceptionOfType(UnsupportedPayloadException.class)
        .isThrownBy(() -> Codec.of(type))
        .withMessageContaining(message);
  }
}
