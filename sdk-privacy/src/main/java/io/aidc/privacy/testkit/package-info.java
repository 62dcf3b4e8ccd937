/**
 * Looks for privacy bugs in what users build: measures what leaks, replays pipelines and refutes claims; start at
 * {@link io.aidc.privacy.testkit.ReplayAudit} for a pipeline, {@link io.aidc.privacy.testkit.MechanismTester} for one
 * mechanism and {@link io.aidc.privacy.testkit.OneRunAudit} for a training run. Nothing here proves privacy.
 */
@NullMarked
package io.aidc.privacy.testkit;

import org.jspecify.annotations.NullMarked;
