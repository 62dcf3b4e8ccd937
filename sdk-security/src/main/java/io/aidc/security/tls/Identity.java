package io.aidc.security.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** Who this side is: a chain, the owner's certificate first, and its private key, checked to belong together. */
record Identity(List<X509Certificate> chain, PrivateKey key) {
    X509Certificate[] chainArray() {
        return chain.toArray(X509Certificate[]::new);
    }

    @Override
    public String toString() {
        return "Identity[" + chain.get(0).getSubjectX500Principal() + "]";
    }
}
