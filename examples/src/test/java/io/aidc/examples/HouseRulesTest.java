package io.aidc.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rules that only a place which sees all five modules can check. */
class HouseRulesTest {
    private static final Path ROOT = Path.of(System.getProperty("aidc.root"));
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(
                    "io.aidc.security", "io.aidc.privacy", "io.aidc.storage", "io.aidc.training", "io.aidc.serving");

    @Test
    void modules_doNotDependOnOneAnother() {
        assertThat(CLASSES).hasSizeGreaterThan(100);
        slices().matching("io.aidc.(*)..").should().notDependOnEachOther().check(CLASSES);
    }

    @Test
    void publicSignatures_showNoLibraryTypes() {
        List<String> leaks = new ArrayList<>();
        int seen = 0;
        for (JavaClass type : CLASSES) {
            if (!isApi(type) || mayShowForeignTypes(type)) {
                continue;
            }
            seen++;
            type.getRawInterfaces().forEach(parent -> check(type.getName(), parent, leaks));
            type.getRawSuperclass().ifPresent(parent -> check(type.getName(), parent, leaks));
            Stream.of(type.getMethods(), type.getConstructors(), type.getFields())
                    .flatMap(Set::stream)
                    .filter(HouseRulesTest::isVisible)
                    .forEach(member ->
                            member.getAllInvolvedRawTypes().forEach(used -> check(member.getFullName(), used, leaks)));
        }
        assertThat(seen).isGreaterThan(40);
        assertThat(leaks).isEmpty();
    }

    @Test
    void names_avoidDrawers() {
        noClasses()
                .should()
                .haveNameMatching(".*(Utils?|Common|Helper|Manager|Base)$")
                .orShould()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..core..", "..base..", "..helper..")
                .check(CLASSES);
    }

    @Test
    void packages_areNullMarked() {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith(NullMarked.class)
                .check(CLASSES);
        assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct())
                .allSatisfy(name -> assertThat(CLASSES.contain(name + ".package-info"))
                        .as("package-info of " + name)
                        .isTrue());
    }

    @Test
    void bom_listsExactlyThePublishedModules() throws Exception {
        List<String> published = Pattern.compile("<module>(sdk-(?!bom)[a-z]+)</module>")
                .matcher(Files.readString(ROOT.resolve("pom.xml")))
                .results()
                .map(match -> match.group(1))
                .toList();
        List<String> managed = Pattern.compile("<artifactId>(sdk-(?!bom|parent)[a-z]+)</artifactId>")
                .matcher(Files.readString(ROOT.resolve("sdk-bom/pom.xml")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(published).hasSize(5);
        assertThat(managed).containsExactlyInAnyOrderElementsOf(published);
    }

    private static boolean isApi(JavaClass type) {
        boolean visible = type.getModifiers().contains(JavaModifier.PUBLIC);
        return visible
                && !type.getPackageName().contains(".internal")
                && type.getEnclosingClass().map(HouseRulesTest::isApi).orElse(true);
    }

    private static boolean isVisible(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static boolean mayShowForeignTypes(JavaClass type) {
        return JavaClass.Predicates.resideInAnyPackage(
                        "io.aidc.training.torch..", "io.aidc.training.nd4j..", "io.aidc.serving.runtime..")
                .test(type);
    }

    private static void check(String where, JavaClass used, List<String> leaks) {
        JavaClass type = used.getBaseComponentType();
        DescribedPredicate<JavaClass> allowed =
                JavaClass.Predicates.resideInAnyPackage("java..", "javax..", "io.aidc..", "org.jspecify..");
        if (!type.isPrimitive() && !allowed.test(type)) {
            leaks.add(where + " shows " + type.getName());
        }
    }
}
