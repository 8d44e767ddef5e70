package io.kvops.server.report;

/** Writes HTML. All text and all attribute values are escaped here, so that nobody has to remember to. */
final class HtmlWriter {
    private final StringBuilder out = new StringBuilder(64 * 1024);

    /**
     * Opens an element.
     *
     * @param attributes names and values in turn
     */
    HtmlWriter open(String element, String... attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
        out.append('>');
        return this;
    }

    HtmlWriter close(String element) {
        out.append("</").append(element).append('>');
        return this;
    }

    /** Closes an element and ends the line, to keep the file readable. */
    HtmlWriter closeLine(String element) {
        close(element);
        out.append('\n');
        return this;
    }

    HtmlWriter text(String text) {
        escape(text);
        return this;
    }

    /** A whole element with text. */
    HtmlWriter element(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close(element);
    }

    /** Text of this program's own, unescaped. */
    HtmlWriter markup(String markup) {
        out.append(markup);
        return this;
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
