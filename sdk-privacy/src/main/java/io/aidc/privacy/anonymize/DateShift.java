package io.aidc.privacy.anonymize;

import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Shifts all dates of a person by the same secret number of days, so that the time between them stays.
 *
 * {@snippet class="io.aidc.privacy.anonymize.AnonymizeSnippetsTest" region="dates"}
 *
 * <p>The number is one of −days … +days, 0 included, equally likely up to 2^-47, and follows from a keyed function of the
 * person, so that it is the same in every table. One date of a person that is known elsewhere gives away all the others,
 * and an unusual interval can be recognised: this hides when something was, not who it was. Seasons shift with the dates.
 * Thread-safe if the keyed function is.
 */
public final class DateShift {
    private static final int MOST_DAYS = 36_500;

    private final KeyedFunction keyed;
    private final int days;

    private DateShift(KeyedFunction keyed, int days) {
        this.keyed = keyed;
        this.days = days;
    }

    /**
     * Makes a shift.
     *
     * @param mac a function with a secret key inside, as for {@link Pseudonyms#keyedBy}
     * @param days the greatest shift either way, 1 to 36 500
     * @return the shift
     * @throws IllegalArgumentException if {@code days} is outside its range, or the function is refused as {@link
     *     Pseudonyms#keyedBy} refuses it
     */
    public static DateShift keyedBy(UnaryOperator<byte[]> mac, int days) {
        if (days < 1 || days > MOST_DAYS) {
            throw new IllegalArgumentException("days must be in 1 to %d, got %d".formatted(MOST_DAYS, days));
        }
        return new DateShift(KeyedFunction.of(mac), days);
    }

    /**
     * Shifts one date.
     *
     * @param person who it is about
     * @param date the date
     * @return the date moved by the person's number of days
     * @throws java.time.DateTimeException if that is beyond {@link LocalDate#MIN} or {@link LocalDate#MAX}
     */
    public LocalDate shift(String person, LocalDate date) {
        return date.plusDays(daysOf(person));
    }

    /**
     * Shifts one moment, the time of day staying as it is.
     *
     * @param person who it is about
     * @param moment the moment
     * @return the moment moved by the person's number of days
     * @throws java.time.DateTimeException if that is beyond {@link LocalDateTime#MIN} or {@link LocalDateTime#MAX}
     */
    public LocalDateTime shift(String person, LocalDateTime moment) {
        return moment.plusDays(daysOf(person));
    }

    /**
     * Shifts whole columns of dates such as {@code 2026-11-26}; empty cells stay empty.
     *
     * @param table the table
     * @param person the column that says who a row is about
     * @param dates the columns to shift
     * @return a table with shifted dates
     * @throws IllegalArgumentException if there is no such column or a cell is not a date; the message names column and
     *     row
     */
    public Table shift(Table table, String person, Set<String> dates) {
        Objects.requireNonNull(table, "table");
        Column people = table.column(person);
        return table.mapped(dates, column -> {
            List<String> cells = new ArrayList<>(table.rows());
            for (int row = 0; row < table.rows(); row++) {
                String cell = column.cell(row);
                cells.add(
                        cell.isEmpty()
                                ? cell
                                : shift(people.cell(row), date(column, row)).toString());
            }
            return Column.of(column.name(), cells);
        });
    }

    private static LocalDate date(Column column, int row) {
        try {
            return LocalDate.parse(column.cell(row));
        } catch (DateTimeParseException e) {
            // the cause would show the cell
            throw new IllegalArgumentException(
                    "column %s, row %d: must be a date such as 2026-11-26".formatted(column.name(), row));
        }
    }

    private long daysOf(String person) {
        long uniform = ByteBuffer.wrap(keyed.apply("date shift", person)).getLong();
        return Long.remainderUnsigned(uniform, 2L * days + 1) - days;
    }

    @Override
    public String toString() {
        return "DateShift[days=" + days + "]";
    }
}
