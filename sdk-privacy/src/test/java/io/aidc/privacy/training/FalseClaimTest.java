package io.aidc.privacy.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs that claim amplification for batches drawn elsewhere, given to the compiler. */
class FalseClaimTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    abstract class Mine implements Sampling {}                                    | cant.inherit.from.sealed
                    class Mine { DpPlan plan(java.util.function.IntFunction<int[]> weighted) { return DpPlan.of(weighted); } } | prob.found.req
                    class Mine { Object mine = new io.aidc.privacy.Samplings.Poisson(0.1); }      | not.def.public.cant.access
                    class Mine { DpStep step(DpRun run) { return new DpStep(run, new int[] {1}, null, null); } } | not.def.public
                    class Mine { Object sum(DpStep step) { return step.sum; } }                   | report.access
                    """)
    void compile_falseClaim_isRefused(String source, String reason) {
        assertThat(errors(source)).singleElement().asString().contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            "class Mine { DpPlan plan(java.util.function.IntFunction<int[]> weighted) { return DpPlan.of(Sampling.unamplified(weighted)); } }")
    void compile_honestClaim_isAccepted(String source) {
        assertThat(errors(source)).isEmpty();
    }

    private static List<String> errors(String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var diagnostics = new DiagnosticCollector<JavaFileObject>();
        var file = new SimpleJavaFileObject(URI.create("string:///mine/Mine.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return "package mine; import io.aidc.privacy.*; import io.aidc.privacy.training.*; " + source;
            }
        };
        List<String> options = List.of("-proc:none", "-implicit:none", "-cp", System.getProperty("java.class.path"));
        compiler.getTask(null, null, diagnostics, options, null, List.of(file)).call();
        return diagnostics.getDiagnostics().stream()
                .filter(found -> found.getKind() == javax.tools.Diagnostic.Kind.ERROR)
                .map(found -> found.getCode())
                .toList();
    }
}
