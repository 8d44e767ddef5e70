package io.kvops.server.cli;

import io.kvops.migration.FileInspection;
import io.kvops.server.report.Quantities;
import io.kvops.server.report.ReportJson;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.format.DataFormats;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "inspect",
        description =
                "Reads a file of records to its end: what it is, what it holds, whether it is whole. Exit 1 if not.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  kvops inspect dump.jsonl.gz", "  kvops inspect dump.kvb --json"})
@SuppressWarnings("NullAway.Init") // picocli sets its parameters
final class InspectCommand implements Callable<Integer> {
    private static final int LISTED = 20;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The file, or the name of a set of parts.")
    private Path file;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    private record Shown(
            String file,
            String format,
            String compression,
            int parts,
            long fileBytes,
            long records,
            Map<String, Long> types,
            long expiring,
            long valueBytes,
            long damaged,
            List<String> problems) {}

    @Override
    public Integer call() throws Failure {
        FileInspection found;
        try {
            found = FileInspection.of(file, DataFormats.load());
        } catch (StoreException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
        Map<String, Long> types = new TreeMap<>();
        for (RecordType type : RecordType.values()) {
            long count = found.types().getOrDefault(type, 0L);
            if (count > 0) {
                types.put(type.name().toLowerCase(Locale.ROOT), count);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(ReportJson.line(new Shown(
                    file.toString(),
                    found.format(),
                    found.compression(),
                    found.parts(),
                    found.fileBytes(),
                    found.records(),
                    types,
                    found.expiring(),
                    found.valueBytes(),
                    found.damaged(),
                    found.problems().stream().map(Object::toString).toList())));
        } else {
            out.print(text(found, types));
        }
        out.flush();
        if (found.damaged() > 0) {
            throw new Failure(file + ": " + found.damaged() + (found.damaged() == 1 ? " place" : " places")
                    + " can't be read; what can be: kvops import " + file + " DST --on-error skip");
        }
        return 0;
    }

    private String text(FileInspection found, Map<String, Long> types) {
        TextTable table = new TextTable("FILE", "FORMAT", "COMPRESSION", ">FILES", ">BYTES", ">RECORDS", ">EXPIRING");
        table.row(
                file,
                found.format(),
                found.compression(),
                found.parts(),
                Quantities.exact(found.fileBytes()),
                Quantities.exact(found.records()),
                Quantities.exact(found.expiring()));
        TextTable byType = new TextTable("TYPE", ">RECORDS");
        types.forEach((type, count) -> byType.row(type, Quantities.exact(count)));
        StringBuilder text = new StringBuilder(table.render());
        text.append(byType.isEmpty() ? "" : byType.render());
        found.problems().stream()
                .limit(LISTED)
                .forEach(problem ->
                        text.append(TextTable.plain("damaged: " + problem)).append(System.lineSeparator()));
        return text.toString();
    }
}
