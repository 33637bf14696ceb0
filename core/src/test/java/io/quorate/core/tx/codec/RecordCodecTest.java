package io.quorate.core.tx.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.codec.Payloads.Blob;
import io.quorate.core.tx.codec.Payloads.Card;
import io.quorate.core.tx.codec.Payloads.Holders;
import io.quorate.core.tx.codec.Payloads.Invoice;
import io.quorate.core.tx.codec.Payloads.Line;
import io.quorate.core.tx.codec.Payloads.Order;
import io.quorate.core.tx.codec.Payloads.Payment;
import io.quorate.core.tx.codec.Payloads.Positive;
import io.quorate.core.tx.codec.Payloads.Prepaid;
import io.quorate.core.tx.codec.Payloads.Scalars;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordCodecTest {
  private final Codec<Order> orders = Codec.of(Order.class);

  private static Order order() {
    return new Order(
        "o-1",
        List.of(new Line("a\"b", 2, new BigDecimal("9.90"))),
        Optional.empty(),
        null,
        new Card("4242"));
  }

  @Test
  void a_record_is_one_readable_line() {
    assertThat(text(orders, order()))
        .isEqualTo(
            "{\"id\":\"o-1\",\"lines\":[{\"sku\":\"a\\\"b\",\"quantity\":2,\"price\":9.90}],"
                + "\"payment\":{\"Card\":{\"number\":\"4242\"}}}");
    assertThat(orders.name()).isEqualTo("json:Order");
  }

  @Test
  void variants_are_told_apart_by_simple_name() {
    Codec<Payment> payments = Codec.of(Payment.class);
    assertThat(text(payments, new Invoice(Duration.ofDays(30))))
        .isEqualTo("{\"Invoice\":{\"due\":\"PT720H\"}}");
    assertThat(text(payments, Prepaid.CREDIT)).isEqualTo("{\"Prepaid\":\"CREDIT\"}");
    assertThat(read(payments, "{\"Prepaid\":\"CREDIT\"}")).isSameAs(Prepaid.CREDIT);
  }

  @Test
  void sets_and_maps_are_written_in_one_order() {
    record Bag(Set<String> set, Map<String, Integer> map) {}
    Codec<Bag> bags = Codec.of(Bag.class);
    Map<String, Integer> map = new LinkedHashMap<>();
    map.put("b", 1);
    map.put("a", 2);
    Bag bag = new Bag(new LinkedHashSet<>(List.of("z", "ä", "b")), map);
    assertThat(text(bags, bag))
        .isEqualTo("{\"set\":[\"b\",\"z\",\"ä\"],\"map\":{\"a\":2,\"b\":1}}");
    Bag read = bags.decode(bags.encode(bag));
    assertThat(read.set()).containsExactly("b", "z", "ä").isUnmodifiable();
    assertThat(read.map().keySet()).containsExactly("a", "b");
    assertThatThrownBy(() -> read.map().put("c", 3))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void bytes_are_base64() {
    Codec<Blob> blobs = Codec.of(Blob.class);
    Blob blob = new Blob(new byte[] {(byte) 0xFF, 0, 1});
    assertThat(text(blobs, blob)).isEqualTo("{\"bytes\":\"/wAB\"}");
    assertThat(read(blobs, "{\"bytes\":\"/wAB\"}")).isEqualTo(blob);
    refused(blobs, "{\"bytes\":\"*\"}", "Blob.bytes: * (expected: base64 as a string)");
  }

  @Test
  void members_may_come_in_any_order_and_unknown_ones_are_ignored() {
    assertThat(
            read(
                orders,
                "{\"payment\":{\"Card\":{\"number\":\"1\",\"cvc\":[1,{\"x\":null}]}},\"new\":{},"
                    + "\"id\":\"o\"}"))
        .isEqualTo(new Order("o", List.of(), Optional.empty(), null, new Card("1")));
  }

  @Test
  void null_is_taken_only_where_a_component_may_be_empty() {
    String rest = "\"payment\":{\"Prepaid\":\"VOUCHER\"}}";
    assertThat(read(orders, "{\"id\":\"o\",\"note\":null,\"coupon\":null," + rest))
        .isEqualTo(new Order("o", List.of(), Optional.empty(), null, Prepaid.VOUCHER));
    refused(orders, "{\"id\":null," + rest, "Order.id: null (expected: a string; only Optional");
    refused(orders, "{\"lines\":null," + rest, "Order.lines: null (expected: an array");
    refused(
        orders, "{\"lines\":[null]," + rest, "Order.lines[0]: null (expected: an object (Line)");
    refused(orders, "{\"payment\":null}", "Order.payment: null (expected: {\"Card\":…} or");
    refused(orders, "{\"payment\":{\"Card\":null}}", "Order.payment(Card): null");
    refused(orders, "null", "Order: null (expected: an object (Order)");
  }

  @Test
  void a_missing_component_is_named() {
    refused(orders, "{}", "Order.id: missing (expected: a string)");
    refused(
        orders,
        "{\"lines\":[{\"sku\":\"a\",\"price\":1}]}",
        "Order.lines[0].quantity: missing (expected: a whole number (Integer))");
  }

  @Test
  @SuppressWarnings("NullAway") // null is what is refused
  void what_does_not_fit_is_refused_before_anything_is_written() {
    cannotWrite(
        orders,
        new Order(null, List.of(), Optional.empty(), null, new Card("1")),
        "Order.id: null");
    cannotWrite(
        orders,
        new Order(
            "o",
            Arrays.asList(new Line("s", 1, BigDecimal.ONE), null),
            Optional.empty(),
            null,
            new Card("1")),
        "Order.lines[1]: null (expected: an object (Line)");
    cannotWrite(orders, new Order("o", List.of(), null, null, new Card("1")), "Order.note: null");
    cannotWrite(
        orders,
        new Order("o\ud800", List.of(), Optional.empty(), null, new Card("1")),
        "Order.id: lone surrogate U+D800 at 1 (expected: Unicode text)");
    cannotWrite(orders, null, "json:Order: null");
  }

  @Test
  void infinities_and_nan_are_refused() {
    record Rate(double value, float small) {}
    Codec<Rate> rates = Codec.of(Rate.class);
    cannotWrite(rates, new Rate(Double.NaN, 0), "Rate.value: NaN (expected: a finite number)");
    cannotWrite(rates, new Rate(1, Float.NEGATIVE_INFINITY), "Rate.small: -Infinity");
    refused(rates, "{\"value\":1e999}", "Rate.value: 1e999 (expected: a number (Double))");
    refused(rates, "{\"value\":1,\"small\":1e39}", "Rate.small: 1e39");
    assertThat(read(rates, "{\"value\":1,\"small\":-0}")).isEqualTo(new Rate(1, -0.0f));
  }

  @ParameterizedTest
  @CsvSource({
    "tiny, 128",
    "tiny, -129",
    "small, 32768",
    "medium, 2147483648",
    "large, 9223372036854775808",
    "medium, 1.0",
    "medium, 1e2",
    "whole, 1E3",
    "whole, 0.5",
    "boxed, '\"1\"'",
    "bool, 1",
    "letter, '\"ab\"'",
    "letter, '\"\"'",
    "text, 1",
    "decimal, 1e99999999999",
    "decimal, '\"1\"'"
  })
  void numbers_and_texts_that_do_not_fit_are_refused(String component, String json) {
    String good =
        "{\"bool\":true,\"tiny\":1,\"small\":1,\"medium\":1,\"large\":1,\"single\":1,\"twice\":1,"
            + "\"letter\":\"x\",\"boxed\":1,\"whole\":1,\"decimal\":1,\"text\":\"\"}";
    Codec<Scalars> scalars = Codec.of(Scalars.class);
    assertThat(read(scalars, good).whole()).isEqualTo(BigInteger.ONE);
    String bad = good.replaceAll("\"" + component + "\":[^,}]*", "\"" + component + "\":" + json);
    refused(scalars, bad, "Scalars." + component + ": ");
  }

  @ParameterizedTest
  @CsvSource({
    "instant, 2026-01-31",
    "instant, 2026-02-30T00:00:00Z",
    "duration, 5s",
    "date, 2026-13-01",
    "time, 25:00",
    "dateTime, 2026-01-31T12:00:00Z",
    "offset, 2026-01-31T12:00:00",
    "uuid, 1-1-1-1-1",
    "uuid, 0123456789abcdef0123456789abcdef"
  })
  void times_and_ids_that_do_not_fit_are_refused(String component, String text) {
    String json = "{\"%s\":\"%s\"}".formatted(component, text);
    refused(Codec.of(Payloads.Times.class), json, "Times." + component + ": " + text);
  }

  @Test
  void unknown_variants_and_constants_are_refused_with_those_known() {
    Codec<Payment> payments = Codec.of(Payment.class);
    refused(
        payments,
        "{\"Cash\":{}}",
        "Payment: variant \"Cash\" (expected: {\"Card\":…} or {\"Invoice\":…} or {\"Prepaid\":…})");
    refused(
        payments,
        "{\"Prepaid\":\"GIFT\"}",
        "Payment(Prepaid): \"GIFT\" (expected: one of [CREDIT, VOUCHER])");
    refused(payments, "{}", "Payment: no variant");
    refused(
        payments, "{\"Card\":{\"number\":\"1\"},\"Invoice\":{}}", "(expected: one variant only)");
  }

  @Test
  void a_set_element_twice_is_refused() {
    record Tags(Set<String> tags) {}
    refused(
        Codec.of(Tags.class),
        "{\"tags\":[\"a\",\"a\"]}",
        "Tags.tags[1]: an element of a set twice");
    record Blobs(Set<List<byte[]>> blobs) {}
    Set<List<byte[]>> twins = Set.of(List.of(new byte[1]), List.of(new byte[1]));
    cannotWrite(Codec.of(Blobs.class), new Blobs(twins), "two elements with the same JSON");
  }

  @Test
  void a_constructor_that_refuses_is_a_payload_error_with_its_reason() {
    record Pair(List<Positive> both) {}
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> read(Codec.of(Pair.class), "{\"both\":[{\"value\":1},{\"value\":0}]}"))
        .withMessageContaining("value: 0 (expected: > 0)")
        .withCauseInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.path()).isEqualTo("Pair.both[1]"));
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"}) // the point is a value that lies about its type
  void a_value_that_lies_about_its_type_is_a_payload_error() {
    record Names(List<String> names, Map<String, String> map) {}
    Codec<Names> names = Codec.of(Names.class);
    cannotWrite(
        names,
        new Names((List) List.of("a", 1), Map.of()),
        "Names.names[1]: cannot be written: java.lang.ClassCastException");
    cannotWrite(
        names, new Names(List.of(), (Map) Map.of(1, "a")), "Names.map: key 1 (expected: a string)");
    cannotWrite(
        (Codec) orders,
        "a string",
        "Order: java.lang.String (expected: io.quorate.core.tx.codec.Payloads$Order)");
  }

  @Test
  void an_error_of_the_type_itself_goes_through() {
    record Broken(String s) {
      @Override
      public String s() {
        throw new AssertionError("broken");
      }
    }
    assertThatThrownBy(() -> Codec.of(Broken.class).encode(new Broken("s")))
        .isInstanceOf(AssertionError.class)
        .hasMessage("broken");
  }

  @Test
  void what_is_read_cannot_be_changed() {
    Holders read = read(Codec.of(Holders.class), "{\"payments\":[null]}");
    assertThat(read.payments()).containsExactly((Payment) null).isUnmodifiable();
    assertThat(read.set()).isUnmodifiable();
  }

  @Test
  void an_int_becomes_a_long_and_a_whole_number_a_decimal() {
    record Before(int n, long d) {}
    record After(long n, BigDecimal d, @Nullable String note, List<String> tags) {}
    byte[] old = Codec.of(Before.class).encode(new Before(7, 5));
    assertThat(Codec.of(After.class).decode(old))
        .isEqualTo(new After(7, new BigDecimal(5), null, List.of()));
    byte[] young =
        Codec.of(After.class).encode(new After(1L << 40, BigDecimal.ONE, "x", List.of("y")));
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> Codec.of(Before.class).decode(young))
        .withMessageContaining("Before.n: 1099511627776 (expected: a whole number (Integer))");
  }

  @Test
  void a_missing_nullable_collection_is_null_and_an_empty_one_is_empty() {
    record Maybe(@Nullable List<String> list) {}
    Codec<Maybe> maybe = Codec.of(Maybe.class);
    assertThat(text(maybe, new Maybe(null))).isEqualTo("{}");
    assertThat(read(maybe, "{}").list()).isNull();
    assertThat(maybe.decode(maybe.encode(new Maybe(new ArrayList<>()))).list()).isEmpty();
  }

  private static <T> String text(Codec<T> codec, T value) {
    return new String(codec.encode(value), UTF_8);
  }

  private static <T> T read(Codec<T> codec, String json) {
    return codec.decode(json.getBytes(UTF_8));
  }

  private static void refused(Codec<?> codec, String json, String message) {
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> read(codec, json))
        .withMessageContaining(message);
  }

  private static <T> void cannotWrite(Codec<T> codec, T value, String message) {
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> codec.encode(value))
        .withMessageContaining(message);
  }
}
