package io.aidc.training;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
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
    private static final String ROOT = "io.aidc.training";
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
        slices().matching("io.aidc.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /** A binding may change between minor versions: all calls of libtorch sit in one place, those of ND4J in another. */
    @Test
    void engines_areCalledInTheirOwnPackagesOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".torch..", ROOT + ".nd4j..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..", "org.nd4j..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".nd4j..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.nd4j..")
                .check(CLASSES);
    }

    @Test
    void publicSignatures_showNoLibrary() {
        noMethods()
                .that()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackages("..internal..", ROOT + ".nd4j..")
                .and()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .should()
                .haveRawReturnType(FOREIGN)
                .orShould()
                .haveRawParameterTypes(DescribedPredicate.anyElementThat(FOREIGN))
                .check(CLASSES);
    }

    private static final DescribedPredicate<JavaClass> FOREIGN = DescribedPredicate.describe(
            "of a library",
            type -> !type.isPrimitive()
                    && !type.getBaseComponentType().isPrimitive()
                    && !type.getBaseComponentType().getPackageName().startsWith("java.")
                    && !type.getBaseComponentType().getPackageName().equals("javax.net.ssl")
                    && !type.getBaseComponentType().getPackageName().startsWith(ROOT));

    @Test
    void code_printsNothingAndThrowsNoGenericException() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
        NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(CLASSES);
    }
}
