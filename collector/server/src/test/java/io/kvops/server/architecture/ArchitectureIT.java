package io.kvops.server.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the compiler can't see: rules over the compiled classes of every module that this build has made. */
class ArchitectureIT {
    private static final List<String> MODULES = List.of(
            "shared",
            "agent/boot",
            "agent/core",
            "agent/it",
            "collector/ingest",
            "collector/history",
            "collector/stores",
            "collector/tasks",
            "collector/migration",
            "collector/analyzer",
            "collector/planner",
            "collector/demo",
            "collector/server");

    private static JavaClasses main;
    private static JavaClasses tests;

    @BeforeAll
    static void importAll() throws IOException {
        Path root = Path.of(System.getProperty("kvops.root"));
        main = read(root, "target/classes");
        tests = read(root, "target/test-classes");
        assertThat(main).hasSizeGreaterThan(10);
    }

    private static JavaClasses read(Path root, String folder) throws IOException {
        try (Stream<Path> found =
                MODULES.stream().map(m -> root.resolve(m).resolve(folder)).filter(Files::isDirectory)) {
            return new ClassFileImporter().importPaths(found.toList());
        }
    }

    @Test
    @DisplayName("packages form no cycles")
    void packages_haveNoCycles() {
        check(slices().matching("io.kvops.(**)").should().beFreeOfCycles(), main);
    }

    @Test
    @DisplayName("the boot facade uses the JDK alone, and of it only java.*")
    void boot_usesOnlyJava() {
        check(
                classes()
                        .that()
                        .resideInAPackage("io.kvops.agent.boot..")
                        .should()
                        .onlyDependOnClassesThat()
                        .resideInAnyPackage("java..", "io.kvops.agent.boot..", "org.jspecify.annotations.."),
                main);
    }

    @Test
    @DisplayName("Netty is seen only by ingest, stores and server (and by the shop, whose client brings it)")
    void netty_staysAtTheDoors() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages(
                                "io.kvops.ingest..",
                                "io.kvops.stores..",
                                "io.kvops.server..",
                                "io.kvops.demo..",
                                "io.kvops.agent.probe..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("io.netty.."),
                main);
    }

    @Test
    @DisplayName("no hidden clocks: the time is injected, outside the few classes whose job it is")
    void clocks_areInjected() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage("io.kvops..")
                        .and(are(resideInAnyPackage("io.kvops.demo..", "io.kvops.agent..")
                                .negate()))
                        .and(are(nameMatching(".*\\.(Main|OpsManager|CommandLineClock)")
                                .negate()))
                        .should()
                        .callMethod(System.class, "currentTimeMillis")
                        .orShould()
                        .callMethod(java.time.Instant.class, "now")
                        .orShould()
                        .callMethod(java.time.LocalDate.class, "now")
                        .orShould()
                        .callMethod(java.time.LocalDateTime.class, "now")
                        .orShould()
                        .callMethod(java.time.ZonedDateTime.class, "now"),
                main);
    }

    @Test
    @DisplayName("tests wait for conditions, they do not sleep")
    void tests_doNotSleep() {
        check(
                noClasses()
                        .that(are(resideInAPackage("io.kvops..")))
                        .should()
                        .callMethod(Thread.class, "sleep", long.class)
                        .orShould()
                        .callMethod(java.util.concurrent.TimeUnit.class, "sleep", long.class),
                tests);
    }

    @Test
    @DisplayName("nothing is printed by a library: only the command line and the shop speak on stdout")
    void libraries_doNotPrint() {
        check(
                noClasses()
                        .that(are(resideInAnyPackage(
                                "io.kvops.wire..",
                                "io.kvops.op..",
                                "io.kvops.histogram..",
                                "io.kvops.key..",
                                "io.kvops.sketch..",
                                "io.kvops.agent..",
                                "io.kvops.ingest..",
                                "io.kvops.history..",
                                "io.kvops.stores..",
                                "io.kvops.tasks..",
                                "io.kvops.migration..",
                                "io.kvops.analyzer..",
                                "io.kvops.planner..")))
                        .should()
                        .accessField(System.class, "out")
                        .orShould()
                        .accessField(System.class, "err"),
                main);
    }

    private static void check(ArchRule rule, JavaClasses classes) {
        rule.allowEmptyShould(true).check(classes);
    }
}
