package io.aidc.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTest {
    @ParameterizedTest
    @CsvSource({
        "0.0, 0",
        "-0.0, 0",
        "1.2, 12000",
        "-0.0001, -1",
        "0001.5, 15000",
        "0000000000000000000000001.5, 15000",
        "922337203685477.5807, 9223372036854775807",
        "-922337203685477.5808, -9223372036854775808",
    })
    void decimal_text_isRead(String text, long tenThousandths) {
        assertThat(Value.decimal(text)).isEqualTo(new Value.Decimal(tenThousandths));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.",
                ".1",
                "-.1",
                "+1.0",
                "1.00000",
                "1.a",
                "a.1",
                "1.2.3",
                " 1.0",
                "1.0 ",
                "--1.0",
                "1.-1",
                "-",
                "922337203685477.5808",
                "-922337203685477.5809",
                "99999999999999999999.0",
                "\u0661.0",
            })
    void decimal_somethingElse_isRefused(String text) {
        assertThatThrownBy(() -> Value.decimal(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("decimal");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0000",
        "-1, -0.0001",
        "123456, 12.3456",
        "9223372036854775807, 922337203685477.5807",
        "-9223372036854775808, -922337203685477.5808",
    })
    void decimal_toString_isReadAgain(long tenThousandths, String text) {
        Value.Decimal decimal = new Value.Decimal(tenThousandths);
        assertThat(decimal).hasToString("decimal(\"" + text + "\")");
        assertThat(Value.decimal(text)).isEqualTo(decimal);
    }

    @ParameterizedTest
    @CsvSource({
        "1ms, 1",
        "1s, 1000",
        "1m, 60000",
        "1h, 3600000",
        "1d, 86400000",
        "1d2h3m4s5ms, 93784005",
        "-1d2h, -93600000",
        "0ms, 0",
        "-0s, 0",
        "9223372036854775807ms, 9223372036854775807",
        "-9223372036854775807ms, -9223372036854775807",
        "-9223372036854775s808ms, -9223372036854775808",
        "-9223372036854775808ms, -9223372036854775808",
    })
    void duration_text_isRead(String text, long millis) {
        assertThat(Value.duration(text)).isEqualTo(new Value.Duration(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "1",
                "d",
                "1x",
                "1s1m",
                "1d1d",
                "1ms1s",
                "+1s",
                "1 s",
                "1.5h",
                "-1d-1h",
                "106751991168d",
                "1S",
                "9223372036854775808ms",
                "-9223372036854775809ms",
                "-9223372036854775s809ms",
                "99999999999999999999d",
            })
    void duration_somethingElse_isRefused(String text) {
        assertThatThrownBy(() -> Value.duration(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE})
    void duration_toString_isReadAgain(long millis) {
        Value.Duration duration = new Value.Duration(millis);
        assertThat(duration).hasToString("duration(\"" + millis + "ms\")");
        assertThat(Value.duration(millis + "ms")).isEqualTo(duration);
    }

    @ParameterizedTest
    @CsvSource({
        "1970-01-01, 0",
        "1970-01-01T00:00:00Z, 0",
        "1969-12-31T23:59:59.999Z, -1",
        "2024-02-29, 1709164800000",
        "2000-02-29, 951782400000",
        "0000-01-01, -62167219200000",
        "0000-02-29, -62162121600000",
        "9999-12-31T23:59:59.999Z, 253402300799999",
        "2024-10-15T11:35:00+0200, 1728984900000",
        "2024-10-15T11:35:00.250-2359, 1729078440250",
        "1900-03-01, -2203891200000",
    })
    void datetime_text_isRead(String text, long epochMillis) {
        assertThat(Value.datetime(text)).isEqualTo(new Value.Datetime(epochMillis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1970",
                "1970-1-1",
                "1970-13-01",
                "1970-00-01",
                "1970-01-32",
                "1970-01-00",
                "2023-02-29",
                "1900-02-29",
                "1970-04-31",
                "1970-01-01T00:00:00",
                "1970-01-01T24:00:00Z",
                "1970-01-01T00:60:00Z",
                "1970-01-01T00:00:60Z",
                "1970-01-01T00:00:00z",
                "1970-01-01t00:00:00Z",
                "1970-01-01T00:00:00.1Z",
                "1970-01-01T00:00:00.000",
                "1970-01-01T00:00:00+2400",
                "1970-01-01T00:00:00+0060",
                "1970-01-01T00:00:00+01:00",
                "1970-01-01Z",
                "1970-01-01T00:00Z",
                " 1970-01-01",
                "1970-01-01 ",
                "-1970-01-01",
                "+01970-01-01",
                "1970-01-01T00:00:00ZZ",
            })
    void datetime_somethingElse_isRefused(String text) {
        assertThatThrownBy(() -> Value.datetime(text)).isInstanceOf(IllegalArgumentException.class);
    }

    /** A second opinion on every day that can be written. */
    @Test
    void datetime_everyDay_agreesWithTheJdk() {
        java.time.LocalDate day = java.time.LocalDate.of(0, 1, 1);
        for (; day.getYear() < 10_000; day = day.plusDays(1)) {
            Value.Datetime read = (Value.Datetime) Value.datetime(day.toString());
            assertThat(read.epochMillis()).isEqualTo(day.toEpochDay() * 86_400_000);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 0, 2130706433, 4, 32",
        "10.0.0.0/8, 0, 167772160, 4, 8",
        "0.0.0.0/0, 0, 0, 4, 0",
        "::, 0, 0, 6, 128",
        "::1, 0, 1, 6, 128",
        "ffee::/64, -5066549580791808, 0, 6, 64",
        "1:2:3:4:5:6:7::, 281483566841860, 1407400653815808, 6, 128",
        "::2:3:4:5:6:7:8, 8590131204, 1407400653815816, 6, 128",
        "ABCD:ef01::/1, -6066930335424184320, 0, 6, 1",
    })
    void ip_text_isRead(String text, long high, long low, int version, int prefix) {
        assertThat(Value.ip(text)).isEqualTo(new Value.Ip(high, low, version, prefix));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "1.2.3",
                "1.2.3.4.5",
                "256.0.0.1",
                "01.2.3.4",
                "1.2.3.04",
                "1.2.3.4/33",
                "1.2.3.4/",
                "1.2.3.4/01",
                "1.2.3.4/-1",
                "1.2.3.4/8/8",
                "1.2.3.4 ",
                "0x7f.0.0.1",
                "2130706433",
                "1..2.3",
                ":",
                ":::",
                "::1::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "12345::",
                "::g",
                "::ffff:127.0.0.1",
                "::1%eth0",
                "[::1]",
                "::1/129",
                "::/1000",
                "::1/",
                "1.2.3.4:80",
                "\u0661.2.3.4",
                "0000:0000:0000:0000:0000:0000:0000:0000/0000000",
            })
    void ip_somethingElse_isRefused(String text) {
        assertThatThrownBy(() -> Value.ip(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3", "10.0.0.0/8", "1:2:3:4:5:6:7:8", "ff00:0:0:0:0:0:0:1/9"})
    void ip_toString_isReadAgain(String text) {
        assertThat(Value.ip(text)).hasToString("ip(\"" + text + "\")");
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 5, 0", "1, 0, 4, 32", "0, 4294967296, 4, 32", "0, 0, 4, 33", "0, 0, 6, 129", "0, 0, 6, -1"})
    void newIp_outOfRange_isRefused(long high, long low, int version, int prefix) {
        assertThatThrownBy(() -> new Value.Ip(high, low, version, prefix)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_javaTime_isRead() {
        assertThat(Value.of(Instant.ofEpochSecond(-1))).isEqualTo(new Value.Datetime(-1000));
        assertThat(Value.of(Duration.ofMinutes(2))).isEqualTo(new Value.Duration(120_000));
    }

    @Test
    void set_equalItems_countOnce() {
        assertThat(Value.setOf(Value.of(1), Value.of(2), Value.of(1))).isEqualTo(Value.setOf(Value.of(2), Value.of(1)));
        assertThat(Value.ofTexts(List.of("b", "a", "a"))).hasToString("[\"a\", \"b\"]");
    }

    @Test
    void equals_differentKinds_isFalse() {
        assertThat(List.of(
                        Value.of(1), Value.of("1"), new Value.Decimal(1), new Value.Datetime(1), new Value.Duration(1)))
                .doesNotHaveDuplicates();
    }

    @Test
    void toString_writesAsPoliciesDo() {
        Value value =
                Value.recordOf(Map.of("b", Value.of(true), "a\n", Value.setOf(Value.of(new EntityUid("A", "b")))));
        assertThat(value).hasToString("{\"a\\n\": [A::\"b\"], \"b\": true}");
    }

    /** What an attacker would choose: all have the same hash as their neighbours. */
    private static List<Value> hostile(String kind) {
        return IntStream.range(0, 100_000)
                .mapToObj(i -> switch (kind) {
                    case "longs" -> Value.of((long) i << 32 | i);
                    case "texts" -> Value.of(colliding(i));
                    case "sets" -> Value.setOf(Value.of((long) i << 32 | i));
                    case "records" -> Value.recordOf(Map.of(colliding(i), Value.of(true)));
                    default -> i % 2 == 0 ? Value.of((long) i << 32 | i) : new Value.Duration((long) i << 32 | i);
                })
                .toList();
    }

    private static String colliding(int number) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < 17; bit++) {
            text.append((number >>> bit & 1) == 0 ? "Aa" : "BB");
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"longs", "texts", "sets", "records", "two kinds"})
    void set_ofEqualHashes_isMadeAndComparedInBoundedTime(String kind) {
        List<Value> items = hostile(kind);
        List<Value> reversed = new ArrayList<>(items);
        Collections.reverse(reversed);
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            Value set = Value.setOf(items.toArray(new Value[0]));
            Value same = Value.setOf(reversed.toArray(new Value[0]));
            assertThat(set.equals(same)).isTrue();
            assertThat(((Value.SetOf) set).items().containsAll(reversed)).isTrue();
        });
    }

    @Test
    void set_ofEqualHashes_isReadInBoundedTime() {
        String items = hostile("longs").stream().map(Value::toString).collect(Collectors.joining(","));
        String json = "[{\"uid\": {\"type\": \"A\", \"id\": \"a\"}, \"attrs\": {\"x\": [%s]}, \"parents\": []}]"
                .formatted(items);
        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(Entities.parse(json).size()).isEqualTo(1));
    }

    @Test
    void compare_isAnOrderThatAgreesWithEquals() {
        List<Value> values = new ArrayList<>();
        for (long number : new long[] {Long.MIN_VALUE, -1, 0, 1}) {
            values.addAll(List.of(
                    Value.of(number),
                    new Value.Decimal(number),
                    new Value.Datetime(number),
                    new Value.Duration(number),
                    new Value.Ip(number, 0, 6, 128),
                    new Value.Ip(0, number, 6, 128)));
        }
        values.addAll(
                List.of(Value.of(true), Value.of(false), Value.ip("0.0.0.0/8"), Value.ip("0.0.0.0"), Value.ip("::/8")));
        values.addAll(List.of(
                Value.of(""), Value.of("a"), Value.of(new EntityUid("A", "a")), Value.of(new EntityUid("B", "a"))));
        List<Value> nested = new ArrayList<>(List.of(Value.setOf(), Value.recordOf(Map.of())));
        for (Value value : values) {
            nested.addAll(List.of(
                    Value.setOf(value),
                    Value.setOf(value, Value.of("a")),
                    Value.recordOf(Map.of("a", value)),
                    Value.recordOf(Map.of("b", value)),
                    Value.recordOf(Map.of("a", Value.of(1), "b", value))));
        }
        values.addAll(nested);
        for (Value a : values) {
            for (Value b : values) {
                int order = ValueOrder.compare(a, b);
                assertThat(order == 0).isEqualTo(a.equals(b));
                assertThat(Integer.signum(order)).isEqualTo(-Integer.signum(ValueOrder.compare(b, a)));
            }
        }
        values.sort(ValueOrder::compare);
        for (int i = 1; i < values.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(ValueOrder.compare(values.get(j), values.get(i))).isNotPositive();
            }
        }
    }

    @Test
    void set_isASetLikeOthers() {
        Set<Value> items = ((Value.SetOf) Value.setOf(Value.of(2), Value.of(1), Value.of(2))).items();
        assertThat(items)
                .isEqualTo(Set.of(Value.of(1), Value.of(2)))
                .hasSameHashCodeAs(Set.of(Value.of(1), Value.of(2)));
        assertThatThrownBy(() -> items.add(Value.of(3))).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> items.remove(Value.of(1))).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void record_isAMapLikeOthers() {
        Map<String, Value> given = Map.of("b", Value.of(2), "a", Value.of(1));
        Map<String, Value> attributes = ((Value.RecordOf) Value.recordOf(given)).attributes();
        assertThat(attributes).isEqualTo(given).hasSameHashCodeAs(given).doesNotContainKeys("c");
        assertThat(given).isEqualTo(attributes);
        assertThat(attributes.keySet()).containsExactly("a", "b");
        assertThatThrownBy(() -> attributes.put("c", Value.of(3))).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(attributes::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    /** 2^63 values if each were looked at where it stands. */
    @Test
    void record_ofSharedValues_isMadeInBoundedTime() {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            Value value = Value.of(1);
            for (int i = 0; i < Value.MAX_DEPTH; i++) {
                value = Value.recordOf(Map.of("a", value, "b", value));
            }
            assertThat(Entity.of("A::\"a\"").attribute("x", value).attributes()).hasSize(1);
        });
    }

    @Test
    void set_nestedToTheLimit_isMade() {
        Value value = Value.of(1);
        for (int i = 0; i < Value.MAX_DEPTH; i++) {
            value = i % 2 == 0 ? Value.setOf(value) : Value.recordOf(Map.of("a", value));
        }
        Value deepest = value;
        assertThatThrownBy(() -> Value.setOf(deepest))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64 deep");
        assertThatThrownBy(() -> Value.recordOf(Map.of("a", deepest))).isInstanceOf(IllegalArgumentException.class);
    }
}
