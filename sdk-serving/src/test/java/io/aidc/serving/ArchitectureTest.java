package io.aidc.serving;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "io.aidc.serving";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void module_dependsOnNoSibling() {
        assertThat(CLASSES).isNotEmpty();
        noClasses()
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "belong to a sibling module",
                        (JavaClass type) -> type.getPackageName().startsWith("io.aidc.")
                                && !type.getPackageName().startsWith(ROOT)))
                .check(CLASSES);
    }

    @Test
    void packages_haveNoCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void code_printsNothingAndThrowsNoGenericException() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
        NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(CLASSES);
    }

    @Test
    void engines_areKnownOnlyWhereTheyAreWrapped() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".runtime.djl..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".runtime..", ROOT + ".internal")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".onnx..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.onnx.proto..", "com.google.protobuf..")
                .check(CLASSES);
    }

    @Test
    void publicSignatures_showNoLibrary() {
        methods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackages(ROOT + ".runtime.ort..", ROOT + ".runtime.djl..", ROOT + ".internal..")
                .should()
                .haveRawReturnType(resideInAnyPackage("java..", ROOT + "..", ""))
                .andShould()
                .haveRawParameterTypes(DescribedPredicate.allElements(resideInAnyPackage("java..", ROOT + "..", "")))
                .check(CLASSES);
    }
}
