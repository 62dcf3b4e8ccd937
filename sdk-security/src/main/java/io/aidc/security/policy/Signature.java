package io.aidc.security.policy;

import io.aidc.security.policy.CedarType.Plain;
import io.aidc.security.policy.CedarType.Truth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a function takes and returns. <em>Immutable.</em> */
record Signature(List<CedarType> parameters, CedarType result) {
    static Signature of(Extension function) {
        return switch (function) {
            case DECIMAL -> of(Plain.DECIMAL, Plain.STRING);
            case IP -> of(Plain.IP, Plain.STRING);
            case DATETIME -> of(Plain.DATETIME, Plain.STRING);
            case DURATION -> of(Plain.DURATION, Plain.STRING);
            case LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
                of(Truth.EITHER, Plain.DECIMAL, Plain.DECIMAL);
            case IS_IPV4, IS_IPV6, IS_LOOPBACK, IS_MULTICAST -> of(Truth.EITHER, Plain.IP);
            case IS_IN_RANGE -> of(Truth.EITHER, Plain.IP, Plain.IP);
            case OFFSET -> of(Plain.DATETIME, Plain.DATETIME, Plain.DURATION);
            case DURATION_SINCE -> of(Plain.DURATION, Plain.DATETIME, Plain.DATETIME);
            case TO_DATE -> of(Plain.DATETIME, Plain.DATETIME);
            case TO_TIME -> of(Plain.DURATION, Plain.DATETIME);
            case TO_MILLISECONDS, TO_SECONDS, TO_MINUTES, TO_HOURS, TO_DAYS -> of(Plain.LONG, Plain.DURATION);
        };
    }

    /** The constructor of values of a type, if it is an extension type. */
    static @Nullable Extension constructorOf(Plain type) {
        return switch (type) {
            case DECIMAL -> Extension.DECIMAL;
            case IP -> Extension.IP;
            case DATETIME -> Extension.DATETIME;
            case DURATION -> Extension.DURATION;
            case LONG, STRING -> null;
        };
    }

    /** The value that a constructor makes from a text; null if it makes none. */
    static @Nullable Value construct(Extension constructor, String text) {
        return switch (constructor) {
            case DECIMAL -> Decimals.parse(text);
            case IP -> Ips.parse(text);
            case DATETIME -> Datetimes.parse(text);
            case DURATION -> Durations.parse(text);
            default -> null;
        };
    }

    private static Signature of(CedarType result, CedarType... parameters) {
        return new Signature(List.of(parameters), result);
    }
}
