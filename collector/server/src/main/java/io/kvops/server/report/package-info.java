/**
 * How a {@link io.kvops.analyzer.Report} is written down: as a page ({@link io.kvops.server.report.ReportHtml}), as text
 * ({@link io.kvops.server.report.ReportMarkdown}) and as data. Pure functions of the report; any thread may call them.
 */
@NullMarked
package io.kvops.server.report;

import org.jspecify.annotations.NullMarked;
