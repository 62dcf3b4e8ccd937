package io.aidc.security.policy;

import java.util.Comparator;

/** An order of all values, in which no two are the same that are not equal. Policies know nothing of it. */
final class ValueOrder {
    private static final Comparator<Value.Ip> IPS = Comparator.comparingInt(Value.Ip::version)
            .thenComparingLong(Value.Ip::high)
            .thenComparingLong(Value.Ip::low)
            .thenComparingInt(Value.Ip::prefix);

    private ValueOrder() {}

    @SuppressWarnings("ReferenceEquality") // values in values are often shared; what is inside need not be walked
    static int compare(Value a, Value b) {
        if (a == b) {
            return 0;
        } else if (a instanceof Value.Text first && b instanceof Value.Text second) {
            return first.value().compareTo(second.value());
        } else if (a instanceof Value.Whole first && b instanceof Value.Whole second) {
            return Long.compare(first.value(), second.value());
        } else if (a instanceof Value.Ref first && b instanceof Value.Ref second) {
            return first.uid().compareTo(second.uid());
        } else if (a instanceof Value.SetOf first && b instanceof Value.SetOf second) {
            return Items.compare(Items.of(first.items()), Items.of(second.items()));
        } else if (a instanceof Value.RecordOf first && b instanceof Value.RecordOf second) {
            return Attributes.compare(Attributes.of(first.attributes()), Attributes.of(second.attributes()));
        }
        return compareRest(a, b);
    }

    private static int compareRest(Value a, Value b) {
        if (a instanceof Value.Bool first && b instanceof Value.Bool second) {
            return Boolean.compare(first.value(), second.value());
        } else if (a instanceof Value.Decimal first && b instanceof Value.Decimal second) {
            return Long.compare(first.tenThousandths(), second.tenThousandths());
        } else if (a instanceof Value.Datetime first && b instanceof Value.Datetime second) {
            return Long.compare(first.epochMillis(), second.epochMillis());
        } else if (a instanceof Value.Duration first && b instanceof Value.Duration second) {
            return Long.compare(first.millis(), second.millis());
        } else if (a instanceof Value.Ip first && b instanceof Value.Ip second) {
            return IPS.compare(first, second);
        }
        return Values.kind(a).compareTo(Values.kind(b));
    }
}
