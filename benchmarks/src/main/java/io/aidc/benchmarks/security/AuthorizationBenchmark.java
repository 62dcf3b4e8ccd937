package io.aidc.benchmarks.security;

import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does a decision take among 20 000 policies over 200 types of resources, and who else decides as fast?
 *
 * <p>Varies: who decides, and the number of types, each of which has 100 policies. All have the same rules, users and requests,
 * and their answers are compared with one another's before. All policies permit: jCasbin may stop at the first that fits, which
 * it could not if some forbade. Baselines: jCasbin's SyncedEnforcer, whose plain one is not for several threads, with the
 * cheapest comparison first; and cedar-java, which asks the reference implementation through JNI and JSON, with its policies
 * cached and no entity in a request but the user. Nothing is recorded. {@code SampleTime} shows the percentiles.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar security.AuthorizationBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.Throughput, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class AuthorizationBenchmark {
    private static final int QUESTIONS = 4_096;
    private static final int COMPARED = 64;

    /** Who decides. */
    public enum Contestant {
        /** Our authorizer. */
        OURS,
        /** org.casbin:jcasbin. */
        JCASBIN,
        /** com.cedarpolicy:cedar-java. */
        CEDAR_JAVA
    }

    @Param
    Contestant contestant;

    @Param({"2", "20", "200"})
    int types;

    private AccessDoor door;
    private int next;

    @Setup
    public void prepare() throws AuthException, CacheException {
        AccessRules rules = new AccessRules(types, QUESTIONS);
        door = switch (contestant) {
            case OURS -> AccessDoor.ours(rules);
            case JCASBIN -> AccessDoor.jcasbin(rules);
            case CEDAR_JAVA -> AccessDoor.cedarJava(rules);
        };
        for (int i = 0; i < COMPARED; i++) {
            if (door.allows(i) != rules.questions().get(i).allowed()) {
                throw new AssertionError(
                        "a wrong answer to " + rules.questions().get(i));
            }
        }
    }

    @Benchmark
    public boolean decide() throws AuthException {
        next = (next + 1) % QUESTIONS;
        return door.allows(next);
    }
}
