package io.kvops.agent.boot;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Loads the isolated part of the agent, which lies in the agent's jar as {@code core/**}, its classes under another suffix,
 * so that no other loader can see them. Its parent is the bootstrap loader.
 */
final class CoreLoader extends ClassLoader {
    static final String FOLDER = "core/";
    static final String CLASS_SUFFIX = ".classdata";

    static {
        registerAsParallelCapable();
    }

    private final ZipFile jar;

    CoreLoader(File jarFile) throws IOException {
        super(null);
        jar = new ZipFile(jarFile);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = read(FOLDER + name.replace('.', '/') + CLASS_SUFFIX);
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        String entry =
                name.endsWith(".class") ? name.substring(0, name.length() - ".class".length()) + CLASS_SUFFIX : name;
        byte[] bytes = read(FOLDER + entry);
        return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
    }

    private byte @Nullable [] read(String entryName) {
        ZipEntry entry = jar.getEntry(entryName);
        if (entry == null) {
            return null;
        }
        try (InputStream in = jar.getInputStream(entry)) {
            byte[] bytes = new byte[(int) entry.getSize()];
            int length = 0;
            while (length < bytes.length) {
                int n = in.read(bytes, length, bytes.length - length);
                if (n < 0) {
                    return null;
                }
                length += n;
            }
            return bytes;
        } catch (IOException e) {
            return null;
        }
    }
}
