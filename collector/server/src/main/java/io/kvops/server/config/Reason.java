package io.kvops.server.config;

import java.io.FileNotFoundException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;

/** Why a file can't be used, in words: the messages of Java's exceptions are often a path alone. */
public final class Reason {
    private Reason() {}

    /** In a few words, without the path. */
    public static String of(Exception e) {
        if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
            return "no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "this user may not";
        }
        if (e instanceof NotDirectoryException) {
            return "not a folder";
        }
        if (e instanceof FileAlreadyExistsException || e instanceof DirectoryNotEmptyException) {
            return "something is there already";
        }
        if (e instanceof CharacterCodingException) {
            return "not a text in UTF-8";
        }
        if (e instanceof ReadOnlyFileSystemException) {
            return "a file system that can only be read";
        }
        if (e instanceof InvalidPathException path) {
            return "not a path: " + path.getReason();
        }
        String message = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return message == null || message.isBlank()
                ? "an error without a message, " + e.getClass().getName()
                : message;
    }
}
