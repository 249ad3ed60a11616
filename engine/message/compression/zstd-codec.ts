/** The door to @bokuweb/zstd-wasm. Imported when it is needed; its own import is static, which bundled programs need. */
import { compress, decompress, init } from "@bokuweb/zstd-wasm";

export interface ZstdCodec {
  compress: typeof compress;
  decompress: typeof decompress;
}

/** Resolves when the WebAssembly is compiled. */
export async function createZstdCodec(): Promise<ZstdCodec> {
  await init();
  return { compress, decompress };
}
