package io.aidc.security.policy;

import io.aidc.security.policy.Value.Datetime;
import io.aidc.security.policy.Value.Decimal;
import io.aidc.security.policy.Value.Duration;
import io.aidc.security.policy.Value.Ip;
import org.jspecify.annotations.Nullable;

/** Runs the functions and methods of extension types. */
final class Extensions {
    private static final long DAY = 86_400_000;

    private Extensions() {}

    static Value call(Extension function, Value[] arguments, int at) {
        if (arguments.length != function.arity) {
            throw new EvaluationFailure(
                    at, "%s takes %d arguments, found %d".formatted(function.word, function.arity, arguments.length));
        }
        Value first = arguments[0];
        return switch (function) {
            case DECIMAL -> made(function, Decimals.parse(text(first, at)), at);
            case IP -> made(function, Ips.parse(text(first, at)), at);
            case DATETIME -> made(function, Datetimes.parse(text(first, at)), at);
            case DURATION -> made(function, Durations.parse(text(first, at)), at);
            case LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
                Value.of(compare(function, decimal(first, at), decimal(arguments[1], at)));
            case IS_IPV4, IS_IPV6, IS_LOOPBACK, IS_MULTICAST -> Value.of(isSuch(function, ip(first, at)));
            case IS_IN_RANGE -> Value.of(Ips.isInRange(ip(first, at), ip(arguments[1], at)));
            case OFFSET, DURATION_SINCE, TO_DATE, TO_TIME -> ofDatetime(function, datetime(first, at), arguments, at);
            case TO_MILLISECONDS -> Value.of(duration(first, at));
            case TO_SECONDS -> Value.of(duration(first, at) / 1000);
            case TO_MINUTES -> Value.of(duration(first, at) / 60_000);
            case TO_HOURS -> Value.of(duration(first, at) / 3_600_000);
            case TO_DAYS -> Value.of(duration(first, at) / DAY);
        };
    }

    private static Value made(Extension function, @Nullable Value value, int at) {
        if (value == null) {
            throw new EvaluationFailure(at, "the text is no " + function.word);
        }
        return value;
    }

    private static boolean compare(Extension function, long left, long right) {
        return switch (function) {
            case LESS_THAN -> left < right;
            case LESS_THAN_OR_EQUAL -> left <= right;
            case GREATER_THAN -> left > right;
            default -> left >= right;
        };
    }

    private static boolean isSuch(Extension function, Ip ip) {
        return switch (function) {
            case IS_IPV4 -> ip.version() == 4;
            case IS_IPV6 -> ip.version() == 6;
            case IS_LOOPBACK -> Ips.isLoopback(ip);
            default -> Ips.isMulticast(ip);
        };
    }

    private static Value ofDatetime(Extension function, long millis, Value[] arguments, int at) {
        try {
            return switch (function) {
                case OFFSET -> new Datetime(Math.addExact(millis, duration(arguments[1], at)));
                case DURATION_SINCE -> new Duration(Math.subtractExact(millis, datetime(arguments[1], at)));
                case TO_DATE -> new Datetime(Math.subtractExact(millis, Math.floorMod(millis, DAY)));
                default -> new Duration(Math.floorMod(millis, DAY));
            };
        } catch (ArithmeticException e) {
            throw new EvaluationFailure(at, function.word + " overflows");
        }
    }

    private static String text(Value value, int at) {
        if (value instanceof Value.Text text) {
            return text.value();
        }
        throw EvaluationFailure.wrongKind(at, "string", value);
    }

    private static long decimal(Value value, int at) {
        if (value instanceof Decimal decimal) {
            return decimal.tenThousandths();
        }
        throw EvaluationFailure.wrongKind(at, "decimal", value);
    }

    private static Ip ip(Value value, int at) {
        if (value instanceof Ip ip) {
            return ip;
        }
        throw EvaluationFailure.wrongKind(at, "ip", value);
    }

    private static long datetime(Value value, int at) {
        if (value instanceof Datetime datetime) {
            return datetime.epochMillis();
        }
        throw EvaluationFailure.wrongKind(at, "datetime", value);
    }

    private static long duration(Value value, int at) {
        if (value instanceof Duration duration) {
            return duration.millis();
        }
        throw EvaluationFailure.wrongKind(at, "duration", value);
    }
}
