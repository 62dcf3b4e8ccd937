package io.aidc.benchmarks.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;

/** Seals and unseals streams under one key. */
interface StreamDoor {
    /** Closing what is returned completes the seal and closes the sink. */
    OutputStream sealing(OutputStream sink) throws IOException, GeneralSecurityException;

    InputStream unsealing(InputStream source) throws IOException, GeneralSecurityException;
}
