/**
 * Exchanges models with PyTorch as TorchScript files; start at {@link io.aidc.training.torch.script.TorchScriptModel} to train
 * one and at {@link io.aidc.training.torch.script.TorchScriptExport} to write one.
 */
@NullMarked
package io.aidc.training.torch.script;

import org.jspecify.annotations.NullMarked;
