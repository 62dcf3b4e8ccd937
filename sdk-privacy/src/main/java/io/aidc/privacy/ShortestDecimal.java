package io.aidc.privacy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The shortest decimal that reads back as the same number, in the form of {@link Double#toString(double)}. From JDK 19
 * on that method gives it; earlier ones write a digit too many at times, and what is written once must read alike
 * everywhere.
 */
final class ShortestDecimal {
    private static final int SURELY_SHORTEST = 15;

    private ShortestDecimal() {}

    static String of(double value) {
        String text = Double.toString(value);
        if (Double.isFinite(value) && text.chars().filter(Character::isDigit).count() > SURELY_SHORTEST) {
            for (int digits = 2; ; digits++) {
                BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
                if (rounded.doubleValue() == value) {
                    return form(rounded.stripTrailingZeros());
                }
            }
        }
        return text;
    }

    private static String form(BigDecimal value) {
        String digits = value.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - value.scale();
        if (exponent >= -3 && exponent < 7) {
            String plain = value.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String sign = value.signum() < 0 ? "-" : "";
        String fraction = digits.length() == 1 ? "0" : digits.substring(1);
        return sign + digits.charAt(0) + "." + fraction + "E" + exponent;
    }
}
