package io.kvops.server.demo;

import io.kvops.analyzer.Report;
import io.kvops.server.report.ReportHtml;
import io.kvops.server.report.ReportJson;
import io.kvops.server.report.ReportMarkdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a report in its three forms beside one another. */
final class ReportFiles {
    private ReportFiles() {}

    static void write(Report report, Path folder) throws IOException {
        Files.writeString(folder.resolve("report.json"), ReportJson.render(report));
        Files.writeString(folder.resolve("report.md"), ReportMarkdown.render(report));
        Files.writeString(folder.resolve("report.html"), ReportHtml.render(report));
    }
}
