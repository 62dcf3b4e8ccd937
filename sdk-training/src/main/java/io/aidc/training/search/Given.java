package io.aidc.training.search;

/** Values the caller gives for a parameter. */
final class Given {
    private static final double ROUNDING = 1e-9;

    private Given() {}

    /** Turns a number, flag, option or constant of an enum into the number that a {@link Setting} holds. */
    static double number(String name, Domain domain, Object value) {
        Axis axis = Axis.of(domain);
        if (domain instanceof Domain.Choice choice) {
            String text = value instanceof Enum<?> constant ? constant.name() : value.toString();
            int index = choice.options().indexOf(text);
            if (index >= 0) {
                return index;
            }
        } else if (value instanceof Number number) {
            double asked = number.doubleValue();
            if (axis.contains(asked)) {
                return asked;
            }
            double near =
                    Double.isFinite(asked) && !axis.isContinuous() ? axis.value(axis.position(asked)) : Double.NaN;
            if (domain instanceof Domain.Stepped stepped && Math.abs(near - asked) <= ROUNDING * stepped.step()) {
                return near;
            }
        }
        throw new IllegalArgumentException("'%s' must be inside %s, got %s".formatted(name, domain, value));
    }
}
