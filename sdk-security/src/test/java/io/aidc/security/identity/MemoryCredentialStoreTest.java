package io.aidc.security.identity;

class MemoryCredentialStoreTest extends CredentialStoreContract {
    private final CredentialStore store = CredentialStore.inMemory();

    @Override
    protected CredentialStore store() {
        return store;
    }
}
