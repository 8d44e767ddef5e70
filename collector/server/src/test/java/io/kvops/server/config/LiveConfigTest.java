package io.kvops.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LiveConfigTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    record Person(String name, String token) {}

    record Settings(int size, String color, int port, List<Person> people, List<Person> targets) {}

    @Test
    void change_isAppliedToAllParts_andKept() throws Exception {
        LiveConfig<Settings> live = begun(null);
        List<String> seen = new ArrayList<>();
        live.add(settings -> seen.add("first " + settings.size()));
        live.add(settings -> seen.add("second " + settings.size()));
        List<Version> told = new ArrayList<>();
        live.onChange(told::add);

        Outcome outcome = live.set(Map.of("size", "7"), LiveConfig.ANY, "ann");

        assertThat(outcome.kind()).isEqualTo(Outcome.Kind.APPLIED);
        assertThat(outcome.version()).isEqualTo(2);
        assertThat(outcome.changes()).extracting(Object::toString).containsExactly("size: 5 → 7");
        assertThat(live.value().size()).isEqualTo(7);
        assertThat(seen).containsExactly("first 7", "second 7");
        assertThat(told).extracting(Version::number).containsExactly(2L);
        assertThat(live.versions(10)).extracting(Version::who).containsExactly("ann", "start");
    }

    @Test
    void change_thatOnePartRefuses_isPutBackEverywhere() throws Exception {
        LiveConfig<Settings> live = begun(null);
        List<String> seen = new ArrayList<>();
        live.add(settings -> seen.add("first " + settings.size()));
        live.add(settings -> {
            seen.add("second " + settings.size());
            if (settings.size() > 6) {
                throw new IllegalArgumentException("size: " + settings.size() + " (expected what fits the disk)");
            }
        });

        Outcome outcome = live.set(Map.of("size", "7"), LiveConfig.ANY, "ann");

        assertThat(outcome.kind()).isEqualTo(Outcome.Kind.REFUSED);
        assertThat(outcome.problems()).containsExactly("size: 7 (expected what fits the disk)");
        assertThat(seen).containsExactly("first 7", "second 7", "second 5", "first 5");
        assertThat(live.value().size()).isEqualTo(5);
        assertThat(live.version().number()).isEqualTo(1);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void change_thatCantBeKept_isPutBack() throws Exception {
        LiveConfig<Settings> live = begun(null);
        List<Integer> seen = new ArrayList<>();
        live.add(settings -> seen.add(settings.size()));
        // a folder stands where the version would be written: not even root can
        Files.createDirectories(folder.resolve("versions/version.new/in the way"));

        Outcome outcome = live.set(Map.of("size", "7"), LiveConfig.ANY, "ann");

        assertThat(outcome.kind()).isEqualTo(Outcome.Kind.REFUSED);
        assertThat(outcome.problems()).singleElement().asString().contains("can't be kept in");
        assertThat(seen).containsExactly(7, 5);
    }

    @Test
    void wrongChange_namesEachProblem_andChangesNothing() throws Exception {
        LiveConfig<Settings> live = begun(null);

        Outcome outcome = live.apply("siez: 1\nsize: many\n", LiveConfig.ANY, "ann");

        assertThat(outcome.kind()).isEqualTo(Outcome.Kind.REFUSED);
        assertThat(outcome.problems())
                .containsExactlyInAnyOrder(
                        "the configuration:1: unknown key siez (did you mean size?)",
                        "the configuration:2: size: many (expected a whole number, 1 to 10)");
        assertThat(live.validate("size: 11")).singleElement().asString().contains("size: 11");
        assertThat(live.validate("size: 3")).isEmpty();
        assertThat(live.version().number()).isEqualTo(1);
    }

    @Test
    void whatNeedsARestart_isRefusedByPath() throws Exception {
        LiveConfig<Settings> live = begun(null);

        Outcome outcome = live.set(Map.of("port", "81", "size", "7"), LiveConfig.ANY, "ann");

        assertThat(outcome.problems()).containsExactly("port: 80 → 81 needs a restart; nothing was applied");
        assertThat(live.value().size()).isEqualTo(5);
    }

    @Test
    void whatTheCommandLineSays_wins_andThatIsSaid() throws Exception {
        LiveConfig<Settings> live = open(new ConfigSource(null, Map.of("port", 90)));
        live.begin();

        Outcome outcome = live.set(Map.of("port", "81", "size", "7"), LiveConfig.ANY, "ann");

        assertThat(outcome.kind()).isEqualTo(Outcome.Kind.REFUSED);
        assertThat(outcome.problems())
                .containsExactly(
                        "port: 81 (expected 90, which the command line said and which wins; start the collector"
                                + " without that option)");
        assertThat(live.value().size()).isEqualTo(5);
        assertThat(live.set(Map.of("port", "90", "size", "7"), LiveConfig.ANY, "ann")
                        .kind())
                .isEqualTo(Outcome.Kind.APPLIED);
    }

    @Test
    void check_refuses_alsoWhenItIsOnlyAsked() throws Exception {
        LiveConfig<Settings> live = begun(null);
        live.addCheck((old, next) -> next.size() < old.size() ? List.of("size: shrinks") : List.of());

        assertThat(live.validate("size: 4")).containsExactly("size: shrinks");
        assertThat(live.set(Map.of("size", "4"), LiveConfig.ANY, "ann").problems())
                .containsExactly("size: shrinks");
        assertThat(live.set(Map.of("size", "6"), LiveConfig.ANY, "ann").kind()).isEqualTo(Outcome.Kind.APPLIED);
    }

    @Test
    void changes_ofASecretAndOfNothing_areSaidSo() throws Exception {
        LiveConfig<Settings> live = begun(null);
        live.set(Map.of("people", "[{name: ann, token: first}]"), LiveConfig.ANY, "ann");

        assertThat(live.set(Map.of("people[0].token", "second"), LiveConfig.ANY, "ann")
                        .changes())
                .extracting(Object::toString)
                .containsExactly("people[0].token: (hidden) → (hidden), another one");
        assertThat(live.set(Map.of("people[1]", "{}"), LiveConfig.ANY, "ann").changes())
                .isEmpty();
    }

    @Test
    void basedOnAnotherVersion_isAConflict() throws Exception {
        LiveConfig<Settings> live = begun(null);
        assertThat(live.set(Map.of("size", "7"), 1, "ann").kind()).isEqualTo(Outcome.Kind.APPLIED);
        assertThat(live.set(Map.of("size", "8"), 1, "bob").kind()).isEqualTo(Outcome.Kind.CONFLICT);
        assertThat(live.apply("size: 8", 1, "bob").kind()).isEqualTo(Outcome.Kind.CONFLICT);
        assertThat(live.set(Map.of("size", "7"), 2, "bob").kind()).isEqualTo(Outcome.Kind.UNCHANGED);
        assertThat(live.value().size()).isEqualTo(7);
    }

    @Test
    void restart_goesOnWithTheLastVersion_unlessTheFileIsAnother() throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), "size: 6\n");
        LiveConfig<Settings> live = begun(file);
        live.set(Map.of("color", "blue"), LiveConfig.ANY, "ann");

        LiveConfig<Settings> again = begun(file);
        assertThat(again.version().number()).isEqualTo(2);
        assertThat(again.value().color()).isEqualTo("blue");
        assertThat(again.value().size()).isEqualTo(6);

        Files.writeString(file, "size: 8\n");
        LiveConfig<Settings> third = begun(file);
        assertThat(third.version().number()).isEqualTo(3);
        assertThat(third.value().color()).isEqualTo("red");
        assertThat(third.version().changes())
                .extracting(Object::toString)
                .containsExactlyInAnyOrder("size: 6 → 8", "color: blue → red");
        // the same file said again is no news
        assertThat(begun(file).version().number()).isEqualTo(3);
    }

    @Test
    void file_isTakenOnceTwoLooksSawTheSame_alsoWhenItIsReplaced() throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), "size: 6\n");
        LiveConfig<Settings> live = begun(file);
        live.look();
        assertThat(live.version().number()).isEqualTo(1);

        Path other = Files.writeString(folder.resolve("c.yaml~"), "size: 9\n");
        Files.delete(file);
        live.look();
        live.look();
        assertThat(live.value().size()).as("absent for a moment").isEqualTo(6);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
        live.look();
        assertThat(live.value().size()).as("seen once").isEqualTo(6);
        live.look();
        assertThat(live.value().size()).isEqualTo(9);
        assertThat(live.version().origin()).isEqualTo("file");
    }

    @Test
    void brokenFile_staysWithoutEffect_andIsSaid() throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), "size: 6\n");
        LiveConfig<Settings> live = begun(file);
        List<String> refusals = new ArrayList<>();
        live.onRefusal(refusals::add);

        Files.writeString(file, "size: [6\n");
        live.look();
        live.look();
        live.look();

        assertThat(live.value().size()).isEqualTo(6);
        assertThat(live.problem()).contains("c.yaml").contains("not YAML");
        assertThat(refusals).hasSize(1);
        Files.writeString(file, "size: 6\ncolor: blue\n");
        live.look();
        live.look();
        assertThat(live.problem()).isEmpty();
        assertThat(live.value().color()).isEqualTo("blue");
    }

    @Test
    void emptyFile_asOneThatIsCutWhileItIsWritten_changesNothing_anEmptyMappingDoes() throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), "size: 6\n");
        LiveConfig<Settings> live = begun(file);

        for (String nothing : List.of("", "# size: 6\n\n")) {
            Files.writeString(file, nothing);
            assertThat(live.reload("ann").kind()).isEqualTo(Outcome.Kind.REFUSED);
            assertThat(live.problem()).contains("c.yaml: empty (expected settings");
            assertThat(live.apply(nothing, LiveConfig.ANY, "ann").kind()).isEqualTo(Outcome.Kind.REFUSED);
            assertThat(live.validate(nothing)).hasSize(1);
        }
        assertThat(live.value().size()).isEqualTo(6);

        Files.writeString(file, "{}\n");
        assertThat(live.reload("ann").kind()).isEqualTo(Outcome.Kind.APPLIED);
        assertThat(live.value().size()).isEqualTo(5);
    }

    @Test
    void touchedFile_doesNotUndoWhatWasSaidSince_butReloadDoes() throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), "size: 6\n");
        LiveConfig<Settings> live = begun(file);
        live.set(Map.of("size", "7"), LiveConfig.ANY, "ann");

        Path same = Files.writeString(folder.resolve("c.yaml~"), "size: 6\n");
        Files.move(same, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        live.look();
        live.look();
        assertThat(live.value().size()).isEqualTo(7);

        assertThat(live.reload("ann").kind()).isEqualTo(Outcome.Kind.APPLIED);
        assertThat(live.value().size()).isEqualTo(6);
    }

    @Test
    void overrides_winAlways() throws Exception {
        LiveConfig<Settings> live = open(new ConfigSource(null, Map.of("size", 3)));
        live.begin();
        assertThat(live.apply("size: 7", LiveConfig.ANY, "ann").kind()).isEqualTo(Outcome.Kind.UNCHANGED);
        assertThat(live.value().size()).isEqualTo(3);
    }

    @Test
    void secrets_areNeverShown_andStayWithWhomTheyBelongTo() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "from-a-file\n");
        LiveConfig<Settings> live = begun(null);
        live.apply(
                "people:\n- {name: ann, token: anns-secret}\n- {name: bob, token: bobs-secret}\n"
                        + "- {name: cid, token: 'file:" + secret + "'}\n",
                LiveConfig.ANY,
                "root");

        String shown = live.shown(live.version());
        assertThat(shown).doesNotContain("anns-secret", "bobs-secret").contains("***", "file:");
        assertThat(live.settings().toString()).doesNotContain("anns-secret");
        assertThat(live.value().people()).extracting(Person::token).contains("from-a-file");

        // ann goes; what stands for bob's secret moves up
        String without = shown.replaceFirst("(?s)- name: ann.*?(?=- name: bob)", "");
        assertThat(live.apply(without, LiveConfig.ANY, "root").problems()).isEmpty();
        assertThat(live.value().people()).contains(new Person("bob", "bobs-secret"));
        assertThat(live.version().changes().toString()).doesNotContain("anns-secret", "bobs-secret");

        Files.writeString(secret, "another\n");
        live.look();
        live.look();
        assertThat(live.value().people()).extracting(Person::token).contains("another");
    }

    @Test
    void hiddenSecretsWithoutAName_stayWithWhomTheyBelongTo_orAreRefused() throws Exception {
        LiveConfig<Settings> live = begun(null);
        live.apply(
                "targets:\n- {address: a, token: of-a}\n- {address: b, token: of-b}\n- {address: b, token: of-b2}\n",
                LiveConfig.ANY,
                "root");
        List<Person> before = live.value().targets();
        String shown = live.shown(live.version());

        assertThat(shown).doesNotContain("of-");
        assertThat(live.apply(shown, LiveConfig.ANY, "root").kind()).isEqualTo(Outcome.Kind.UNCHANGED);
        assertThat(live.set(Map.of("targets[0].token", "\"***\""), LiveConfig.ANY, "root")
                        .kind())
                .isEqualTo(Outcome.Kind.UNCHANGED);
        String hidden = ", token: '***'}";
        String inAnotherOrder =
                "targets: [{address: b" + hidden + ", {address: b" + hidden + ", {address: a" + hidden + "]";
        assertThat(live.apply(inAnotherOrder, LiveConfig.ANY, "root").kind()).isEqualTo(Outcome.Kind.APPLIED);
        assertThat(live.value().targets()).containsExactly(before.get(1), before.get(2), before.get(0));

        // another host, and one of two that look the same
        for (String unclear : List.of("c", "b")) {
            String text = "targets: [{address: " + unclear + hidden + "]";
            String why = "targets[0].token: *** (expected a text, file:PATH or env:NAME; *** stands for";
            assertThat(live.apply(text, LiveConfig.ANY, "root").problems())
                    .singleElement()
                    .asString()
                    .contains(why);
            assertThat(live.validate(text)).singleElement().asString().contains(why);
        }
        assertThat(live.set(Map.of("targets[3]", "{address: d" + hidden), LiveConfig.ANY, "root")
                        .kind())
                .isEqualTo(Outcome.Kind.REFUSED);
        assertThat(live.value().targets()).containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void aliasesAndAnchors_areRefused_forTheyWouldBeTheirNames() throws Exception {
        LiveConfig<Settings> live = begun(null);

        for (Map.Entry<String, String> wrong : Map.of(
                        "size: 3\ncolor: *tok\n", "the configuration:2: *tok is an alias (expected the value",
                        "color: &tok red\n", "the configuration:1: &tok is an anchor (expected the value",
                        "people: &tok [{name: ann}]\n", "the configuration:1: &tok is an anchor",
                        "people:\n- *tok\n", "the configuration:2: *tok is an alias",
                        "*tok : red\n", "the configuration:1: *tok is an alias",
                        "&tok color: red\n", "the configuration:1: &tok is an anchor")
                .entrySet()) {
            assertThat(live.apply(wrong.getKey(), LiveConfig.ANY, "ann").problems())
                    .as(wrong.getKey())
                    .singleElement()
                    .asString()
                    .startsWith(wrong.getValue());
        }
        assertThat(live.set(Map.of("color", "*tok"), LiveConfig.ANY, "ann").problems())
                .singleElement()
                .asString()
                .contains("*tok is an alias");
    }

    @Test
    void texts_stayWhatTheyAre_alsoWhereTheyLookLikeSomethingElse() throws Exception {
        LiveConfig<Settings> live = begun(null);
        int size = 1;
        for (String text : List.of(
                "*x",
                "&x",
                "!x",
                "a #b",
                "#b",
                "007",
                "0x1F",
                "1_000",
                "1e3",
                ".5",
                ".nan",
                "+1",
                "yes",
                "null",
                "~",
                "a: b",
                "- a",
                "[a",
                "{}",
                "---",
                "%a",
                " a ",
                "a\nb\n",
                "\ta",
                "'",
                "\"",
                "<<",
                "=",
                "2026-01-31",
                "5ms")) {
            String quoted = JsonNodeFactory.instance.textNode(text).toString();
            live.set(Map.of("color", quoted), LiveConfig.ANY, "ann");
            assertThat(live.value().color()).isEqualTo(text);
            size = size % 9 + 1;
            live.set(Map.of("size", Integer.toString(size)), LiveConfig.ANY, "ann");
            assertThat(live.value().color()).as("written again").isEqualTo(text);
        }
    }

    @Test
    void absentSecret_doesNotHideThatTheFileBecameAnother() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "anns\n");
        String ann = "- {name: ann, token: 'file:" + secret + "'}\n";
        Path file = Files.writeString(folder.resolve("c.yaml"), "people:\n" + ann + "- {name: bob, token: bobs}\n");
        LiveConfig<Settings> live = begun(file);

        Files.delete(secret);
        live.look();
        live.look();
        assertThat(live.problem()).as("absent for a moment").isEmpty();
        Files.writeString(file, "people:\n- {name: bob, token: bobs}\n");
        live.look();
        live.look();
        assertThat(live.value().people()).containsExactly(new Person("bob", "bobs"));
    }

    @Test
    void secretThatBecameAnother_isTaken_whileTheFileIsWrong() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "anns\n");
        Path file =
                Files.writeString(folder.resolve("c.yaml"), "people: [{name: ann, token: 'file:" + secret + "'}]\n");
        LiveConfig<Settings> live = begun(file);

        Files.writeString(file, "size: many\n");
        live.look();
        live.look();
        Files.writeString(secret, "another\n");
        live.look();
        live.look();
        assertThat(live.value().people()).containsExactly(new Person("ann", "another"));
        assertThat(live.problem()).contains("size: many");
    }

    @Test
    void secretThatIsBack_isTaken_whateverWasRefusedMeanwhile() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "anns\n");
        Path file =
                Files.writeString(folder.resolve("c.yaml"), "people: [{name: ann, token: 'file:" + secret + "'}]\n");
        LiveConfig<Settings> live = begun(file);

        Path away = Files.move(secret, folder.resolve("away"));
        Files.writeString(file, "size: 7\n" + Files.readString(file));
        live.look();
        live.look();
        assertThat(live.problem()).contains("no such file");
        Files.move(away, secret);
        live.look();
        live.look();
        assertThat(live.problem()).isEmpty();
        assertThat(live.value().size()).isEqualTo(7);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void versionThatIsKept_isNotRefused_asAnOldOneCantBeRemoved() throws Exception {
        VersionStore store = new VersionStore(folder.resolve("versions"));
        for (int i = 1; i <= VersionStore.KEPT; i++) {
            Files.createDirectories(folder.resolve(String.format("versions/%010d.json/in the way", i)));
        }

        store.write(new Version(200, Instant.EPOCH, "ann", "api", List.of(), "size: 7\n", ""));

        assertThat(store.newest()).map(Version::number).contains(200L);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void versions_areReadableByTheOwnerAlone_andTheLastHundredAreKept() throws Exception {
        LiveConfig<Settings> live = begun(null);
        for (int i = 0; i < 120; i++) {
            live.set(Map.of("size", Integer.toString(1 + i % 2)), LiveConfig.ANY, "ann");
        }
        assertThat(live.versions(1_000)).hasSize(VersionStore.KEPT);
        assertThat(live.versions(1).get(0).number()).isEqualTo(121);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("versions/0000000121.json"))))
                .isEqualTo("rw-------");
        assertThat(live.version(121)).isPresent();
        assertThat(live.version(2)).isEmpty();
    }

    @Test
    void damagedVersion_isPassedOver() throws Exception {
        LiveConfig<Settings> live = begun(null);
        live.set(Map.of("size", "7"), LiveConfig.ANY, "ann");
        live.set(Map.of("size", "8"), LiveConfig.ANY, "ann");
        Files.writeString(folder.resolve("versions/0000000003.json"), "{\"number\": 3, ");

        assertThat(begun(null).value().size()).isEqualTo(7);
    }

    @Test
    void set_reachesListsAndQuotedNames_andEmptyIsTheDefault() throws Exception {
        LiveConfig<Settings> live = begun(null);
        live.apply("size: 7\npeople: [{name: ann, token: x}]", LiveConfig.ANY, "ann");
        live.set(Map.of("people[1].name", "bob", "people[0].name", "eve", "size", ""), LiveConfig.ANY, "ann");
        assertThat(live.value().people()).extracting(Person::name).containsExactly("eve", "bob");
        assertThat(live.value().size()).isEqualTo(5);

        for (String path :
                List.of("", ".", "a..b", "size.", "people[x]", "people[9].name", "\"open", "size[0]", "[0]")) {
            assertThat(live.set(Map.of(path, "1"), LiveConfig.ANY, "ann").kind())
                    .as(path)
                    .isEqualTo(Outcome.Kind.REFUSED);
        }
    }

    @Test
    void wrongFileAtTheStart_isRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), "size: 60\n");
        assertThatThrownBy(() -> begun(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("c.yaml:1: size: 60");
    }

    private LiveConfig<Settings> begun(@Nullable Path file) throws ConfigException, IOException {
        LiveConfig<Settings> live = open(new ConfigSource(file, Map.of()));
        live.begin();
        return live;
    }

    private LiveConfig<Settings> open(ConfigSource source) throws ConfigException {
        return LiveConfig.open(
                source,
                root -> new Settings(
                        root.integer("size", 5, 1, 10),
                        root.text("color", "red"),
                        root.integer("port", 80, 1, 100),
                        root.list("people", one -> new Person(one.text("name", ""), one.secret("token", ""))),
                        root.list("targets", one -> new Person(one.text("address", ""), one.secret("token", "")))),
                settings -> folder.resolve("versions"),
                "port"::equals,
                CLOCK);
    }
}
