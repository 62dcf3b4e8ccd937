package io.aidc.storage.backup;

import java.util.List;

/**
 * What an index was made from.
 *
 * @param packs packs that the index names now
 * @param packsAdopted packs among them that no index named before
 * @param packsDropped packs that the index named and that are missing or cannot be read; each is a finding
 * @param findings what is wrong with the packs that were left out; they are not deleted
 */
public record IndexRepair(int packs, int packsAdopted, int packsDropped, List<Finding> findings) {
    /** Copies the list. */
    public IndexRepair {
        findings = List.copyOf(findings);
    }
}
