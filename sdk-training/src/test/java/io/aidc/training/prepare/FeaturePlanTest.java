package io.aidc.training.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Dataset;
import io.aidc.training.Table;
import java.io.StringReader;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class FeaturePlanTest {
    private static final GoldenJson GOLDEN = GoldenJson.read("prepare.json");

    private static Table table(String text) {
        return Table.read(new StringReader(text));
    }

    private static float[] column(float[][] rows, int at) {
        float[] column = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            column[i] = rows[i][at];
        }
        return column;
    }

    private static void agrees(Function<FeaturePlan, FeaturePlan> option, String name) {
        var text = new StringBuilder("x\n");
        for (double value : GOLDEN.numbers("x")) {
            text.append(value).append('\n');
        }
        Table table = table(text.toString());
        float[] encoded = column(option.apply(FeaturePlan.of()).fit(table).encode(table), 0);
        double[] expected = GOLDEN.numbers(name);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) encoded[i]).isCloseTo(expected[i], within(1e-6 * Math.max(1, Math.abs(expected[i]))));
        }
    }

    @Test
    void scaling_agreesWithScikitLearn() {
        agrees(plan -> plan.standardize("x"), "standardize");
        agrees(plan -> plan.minMax("x"), "minMax");
        agrees(plan -> plan.robust("x"), "robust");
    }

    @Test
    void scaling_ofAConstantColumn_isZero() {
        Table table = table("x\n0.1\n0.1\n0.1\n");
        assertThat(column(FeaturePlan.of().standardize("x").fit(table).encode(table), 0))
                .containsOnly(0);
        assertThat(column(FeaturePlan.of().minMax("x").fit(table).encode(table), 0))
                .containsOnly(0);
        assertThat(column(FeaturePlan.of().robust("x").fit(table).encode(table), 0))
                .containsOnly(0);
    }

    @Test
    void givenConstants_areUsedAsTheyAre() {
        TableEncoder encoder = FeaturePlan.of()
                .between("age", 0, 100)
                .scaled("pay", 1000, 500)
                .unscaled("children")
                .build();
        float[][] rows = encoder.encode(table("children,age,pay\n2,25,2000\n0,150,0\n1,-5,1000\n"));
        assertThat(rows[0]).containsExactly(0.25f, 2, 2);
        assertThat(rows[1]).containsExactly(1, -2, 0);
        assertThat(rows[2]).containsExactly(0, 0, 1);
        assertThat(encoder.featureNames()).containsExactly("age", "pay", "children");
    }

    @Test
    void oneHot_hasAFeatureForEachCategory() {
        Table train = table("city\nRome\nParis\nRome\n\n \n");
        Table other = table("city,row\nParis,1\nOslo,2\n,3\n");
        TableEncoder zeros = FeaturePlan.of().oneHot("city", Unknown.ZEROS).fit(train);
        assertThat(zeros.featureNames()).containsExactly("city=Paris", "city=Rome");
        assertThat(zeros.encode(other)).isDeepEqualTo(new float[][] {{1, 0}, {0, 0}, {0, 0}});
        TableEncoder extra = FeaturePlan.of().oneHot("city", Unknown.OTHER).fit(train);
        assertThat(extra.featureNames()).containsExactly("city=Paris", "city=Rome", "city other");
        assertThat(extra.encode(other)).isDeepEqualTo(new float[][] {{1, 0, 0}, {0, 0, 1}, {0, 0, 1}});
        TableEncoder strict = FeaturePlan.of().oneHot("city", Unknown.REFUSE).fit(train);
        assertThatExceptionOfType(UnreadableCellException.class)
                .isThrownBy(() -> strict.encode(other))
                .withMessage("row 2, column 'city': the cell is none of the 2 known categories");
    }

    @Test
    void ordinal_isThePlaceInTheOrder() {
        TableEncoder encoder =
                FeaturePlan.of().ordinal("size", List.of("S", "M", "L")).build();
        assertThat(column(encoder.encode(table("size\nL\nS\nM\n")), 0)).containsExactly(2, 0, 1);
        assertThatExceptionOfType(UnreadableCellException.class)
                .isThrownBy(() -> encoder.encode(table("size\nXL\n")))
                .withMessageContaining("row 1, column 'size'");
    }

    @Test
    void flag_readsUsualWordsAndOwn() {
        TableEncoder encoder =
                FeaturePlan.of().flag("smoker").flag("sex", "f", "m").build();
        assertThat(encoder.encode(table("smoker,sex\nYES,F\nfalse,m\n 1 ,f\n")))
                .isDeepEqualTo(new float[][] {{1, 1}, {0, 0}, {1, 1}});
        assertThatExceptionOfType(UnreadableCellException.class)
                .isThrownBy(() -> encoder.encode(table("smoker,sex\nmaybe,m\n")))
                .withMessage("row 1, column 'smoker': the cell is none of [true, yes, 1] and [false, no, 0]");
    }

    @Test
    void dates_giveTheirParts() {
        DatePart[] plain = {
            DatePart.YEAR,
            DatePart.QUARTER,
            DatePart.MONTH,
            DatePart.DAY_OF_MONTH,
            DatePart.DAY_OF_WEEK,
            DatePart.DAY_OF_YEAR,
            DatePart.HOUR,
            DatePart.DAYS
        };
        TableEncoder encoder = FeaturePlan.of().dates("at", plain).build();
        float[][] rows = encoder.encode(table("at\n2024-02-29T12:00:00\n1970-01-01\n"));
        // 29 February 2024 was a Thursday, 19,782 days after the beginning of 1970.
        assertThat(rows[0]).containsExactly(2024, 1, 2, 29, 4, 60, 12, 19782.5f);
        assertThat(rows[1]).containsExactly(1970, 1, 1, 1, 4, 1, 0, 0);
        assertThat(encoder.featureNames()).contains("at day-of-week");
    }

    @Test
    void dates_goRound() {
        TableEncoder encoder = FeaturePlan.of()
                .dates(
                        "at",
                        DatePart.DAY_SINE,
                        DatePart.DAY_COSINE,
                        DatePart.WEEK_SINE,
                        DatePart.WEEK_COSINE,
                        DatePart.YEAR_SINE,
                        DatePart.YEAR_COSINE)
                .build();
        // Monday 2024-01-01 at midnight begins day, week and year.
        float[] monday = encoder.encode(table("at\n2024-01-01\n"))[0];
        assertThat(monday).containsExactly(new float[] {0, 1, 0, 1, 0, 1}, within(1e-6f));
        float[] before = encoder.encode(table("at\n2023-12-31T23:59:59\n"))[0];
        assertThat(before).containsExactly(monday, within(1e-3f));
        float[] noon = encoder.encode(table("at\n2024-07-02T12:00:00\n"))[0];
        assertThat(noon[1]).isCloseTo(-1, within(1e-6f));
        assertThat(noon[5]).isCloseTo(-1, within(1e-3f));
    }

    @Test
    void dates_thatAreNone_areNamed() {
        TableEncoder encoder = FeaturePlan.of().dates("at", DatePart.YEAR).build();
        for (String cell : List.of("2023-02-29", "1.2.2024", "2024-01-01T25:00", "soon", "2024-01-01T10:00:00Z")) {
            assertThatExceptionOfType(UnreadableCellException.class)
                    .isThrownBy(() -> encoder.encode(table("at\n2024-01-01\n" + cell + "\n")))
                    .withMessage("row 2, column 'at': the cell is no date of ISO 8601 such as 2024-02-29")
                    .withNoCause();
        }
    }

    @Test
    void dataset_ofALabel_knowsItsClasses() {
        Table train = table("x,kind\n1,yes\n2,no\n3,yes\n");
        TableEncoder encoder = FeaturePlan.of().unscaled("x").label("kind").fit(train);
        Dataset data = encoder.dataset(table("kind,x\nyes,7\n"));
        assertThat(data.classNames()).containsExactly("no", "yes");
        assertThat(data.label(0)).isEqualTo(1);
        assertThat(data.featureNames()).containsExactly("x");
        assertThatExceptionOfType(UnreadableCellException.class)
                .isThrownBy(() -> encoder.dataset(table("x,kind\n1,maybe\n")))
                .withMessage("row 1, column 'kind': the label is no known class");
        assertThatExceptionOfType(UnreadableCellException.class)
                .isThrownBy(() -> encoder.dataset(table("x,kind\n1,\n")))
                .withMessage("row 1, column 'kind': the label is missing");
        assertThat(encoder.encode(table("x\n4\n"))[0]).containsExactly(4);
    }

    @Test
    void dataset_ofTargets_holdsTheirNumbers() {
        TableEncoder encoder =
                FeaturePlan.of().unscaled("x").targets("low", "high").build();
        Dataset data = encoder.dataset(table("low,x,high\n1,2,3\n"));
        assertThat(data.target(0)).containsExactly(1, 3);
        assertThat(data.row(0)).containsExactly(2);
        assertThat(data.classes()).isZero();
    }

    @Test
    void cells_thatCannotBeEncoded_areNamed() {
        TableEncoder encoder = FeaturePlan.of().unscaled("x").build();
        assertThatExceptionOfType(UnreadableCellException.class)
                .isThrownBy(() -> encoder.encode(table("x,y\n1,1\n,2\n")))
                .withMessage("row 2, column 'x': the cell is missing; impute it or drop the row");
        assertThatExceptionOfType(UnreadableCellException.class)
                .isThrownBy(() -> encoder.encode(table("x\nNaN\n")))
                .withMessage("row 1, column 'x': the cell is not a finite decimal number");
        assertThatExceptionOfType(UnreadableCellException.class)
                .isThrownBy(() -> encoder.encode(table("x\n1e300\n")))
                .withMessage("row 1, column 'x': the feature is beyond what a float32 can hold");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.encode(table("y\n1\n")))
                .withMessageContaining("has no column 'x'");
    }

    private static TableEncoder everything() {
        return FeaturePlan.of()
                .standardize("a")
                .between("b", 0, 1)
                .oneHot("c", Unknown.OTHER)
                .ordinal("d", List.of("low", "\"high\"\n"))
                .dates("e", DatePart.DAYS, DatePart.WEEK_SINE)
                .flag("f")
                .label("kind")
                .fit(table("a,b,c,d,e,f,kind\n0.1,1,é,low,2024-01-01,yes,k1\n0.7,0,\"x,\",low,2024-01-01,no,k2\n"));
    }

    @Test
    void json_givesTheEncoderBack() {
        TableEncoder encoder = everything();
        TableEncoder read = TableEncoder.fromJson(encoder.toJson());
        assertThat(read.encodings()).isEqualTo(encoder.encodings());
        assertThat(read.featureNames()).isEqualTo(encoder.featureNames());
        assertThat(read.classNames()).isEqualTo(encoder.classNames());
        assertThat(read.toJson()).isEqualTo(encoder.toJson());
        TableEncoder targets = FeaturePlan.of().unscaled("x").targets("y").build();
        assertThat(TableEncoder.fromJson(targets.toJson())
                        .dataset(table("x,y\n1,2\n"))
                        .target(0))
                .containsExactly(2);
    }

    @Test
    void json_thatIsNotAsItMustBe_isRefusedByField() {
        String good = everything().toJson();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableEncoder.fromJson(good.replace("\"OTHER\"", "\"SOME\"")))
                .withMessage("encoder.features[2].unknown must be one of [REFUSE, ZEROS, OTHER]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableEncoder.fromJson(good.replace("\"flag\"", "\"flog\"")))
                .withMessage("encoder.features[5].encoding is of no known kind");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableEncoder.fromJson(good.replace("\"label\":\"kind\"", "\"label\":\"\"")))
                .withMessage("encoder.label must not be blank beside classes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableEncoder.fromJson(good.replace("\"targets\":[]", "\"targets\":[\"z\"]")))
                .withMessage("encoder.targets must be empty beside classes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableEncoder.fromJson(
                        "{\"format\":\"aidc-table-encoder\",\"version\":1,\"features\":[],\"label\":\"\",\"classes\":[],"
                                + "\"targets\":[]}"))
                .withMessage("an encoder needs at least 1 feature, got 0");
    }

    /** Whatever is changed in a document, it is read or refused as an argument. */
    @Test
    void json_fuzzed_isReadOrRefused() {
        String good = everything().toJson();
        var random = new SplittableRandom(1);
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            var text = new StringBuilder(good);
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                text.setCharAt(random.nextInt(text.length()), "{}[]\",:0e-ntx\\".charAt(random.nextInt(14)));
            }
            try {
                TableEncoder.fromJson(text.toString()).toJson();
            } catch (IllegalArgumentException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(400, 999);
    }

    @Test
    void build_withoutConstants_namesWhatIsLacking() {
        assertThatIllegalStateException()
                .isThrownBy(() -> FeaturePlan.of()
                        .standardize("a")
                        .flag("b")
                        .label("kind")
                        .build())
                .withMessage("constants of [a, kind] must be learnt by fit, or be given");
        assertThatIllegalStateException()
                .isThrownBy(() -> FeaturePlan.of().build())
                .withMessage("a plan needs at least 1 feature, got 0");
        assertThat(FeaturePlan.of()
                        .flag("b")
                        .label("kind", List.of("x", "y"))
                        .build()
                        .classNames())
                .containsExactly("x", "y");
    }

    @Test
    void plans_thatDoNotGoTogether_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeaturePlan.of().unscaled("x").flag("x").build())
                .withMessage("two features have the name 'x'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeaturePlan.of().unscaled("x").targets("x").build())
                .withMessage("column 'x' is to be predicted and cannot be a feature");
        assertThatIllegalStateException()
                .isThrownBy(() -> FeaturePlan.of().label("x").targets("y"))
                .withMessage("label is already set to 'x'");
        assertThatIllegalStateException()
                .isThrownBy(() -> FeaturePlan.of().targets("y").label("x"))
                .withMessage("targets are already set to [y]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeaturePlan.of().flag("x").label("k").fit(table("x,k\n1,a\n")))
                .withMessage("classes of 'k' must be at least 2, differ and not be blank, got 1");
        assertThatIllegalStateException()
                .isThrownBy(() -> FeaturePlan.of().flag("x").build().dataset(table("x\n1\n")))
                .withMessage("the plan named neither a label nor targets");
    }

    @Test
    void badConstants_areNamed() {
        FeaturePlan plan = FeaturePlan.of();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.between("x", 1, 1))
                .withMessage("bounds of 'x' must be apart, by a finite width, got 1.0 and 1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.scaled("x", 0, 0))
                .withMessage("width of 'x' must be > 0 and finite, got 0.0");
        assertThatIllegalArgumentException().isThrownBy(() -> plan.scaled("x", Double.NaN, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.ordinal("x", List.of("a", "a")))
                .withMessage("categories of 'x' must differ");
        assertThatIllegalArgumentException().isThrownBy(() -> plan.oneHot("x", List.of(), Unknown.ZEROS));
        assertThatIllegalArgumentException().isThrownBy(() -> plan.dates("x"));
        assertThatIllegalArgumentException().isThrownBy(() -> plan.flag("x", "a", "A"));
        assertThatIllegalArgumentException().isThrownBy(plan::targets);
    }

    @Test
    void laterOptions_doNotChangeAnEncoder() {
        FeaturePlan plan = FeaturePlan.of().unscaled("x");
        TableEncoder encoder = plan.build();
        plan.unscaled("y");
        assertThat(encoder.featureNames()).containsExactly("x");
    }

    @Test
    void dataset_ofTargets_namesItsFeatures() {
        Table table = table("a,b,y\n1,2,3\n4,5,6\n");
        Dataset data = FeaturePlan.of().unscaled("b", "a").targets("y").build().dataset(table);
        assertThat(data.featureNames()).containsExactly("b", "a");
    }
}
