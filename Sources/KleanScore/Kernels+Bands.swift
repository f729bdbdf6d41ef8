internal import CKleanKernels
internal import KleanCore

/// The multi-index join of one instruction set.
extension Kernels {
    /// Lays hashes out at `memory`: 64-byte aligned, zeroed, `layout.byteCount(entries:)` bytes.
    /// The bytes are the same for every instruction set.
    func buildBands(
        _ hashes: UnsafeBufferPointer<Hash256>, _ layout: kk_band_layout,
        at memory: UnsafeMutableRawPointer
    ) {
        let keys = JoinMemory(byteCount: kk_band_build_bytes(hashes.count))
        hashes.withWords {
            kk_band_bank_build(bands, $0, hashes.count, layout, keys.start, memory)
        }
    }

    /// Hands out every pair within the radius once, some at a time, in no promised order.
    func joinBands(
        _ bank: UnsafePointer<kk_band_bank>, _ layout: kk_band_layout,
        hashes: UnsafeBufferPointer<Hash256>, picks: [UInt32]?, radius: Int, scratch: JoinScratch,
        _ body: (UnsafeBufferPointer<kk_pair>) -> Void
    ) {
        let count = picks?.count ?? hashes.count
        precondition(count <= scratch.queryCapacity, "the scratch has room for the queries")
        withoutActuallyEscaping(body) { body in
            var receiver = PairReceiver(body: body)
            withUnsafeMutablePointer(to: &receiver) { receiver in
                var sink = kk_band_sink(
                    pairs: scratch.pairBuffer.baseAddress, capacity: scratch.pairBuffer.count,
                    count: 0, drain: PairReceiver.drain, context: receiver)
                hashes.withWords { words in
                    (picks ?? []).withUnsafeBufferPointer { picked in
                        var queries = kk_band_queries(
                            hashes: words, picks: picks == nil ? nil : picked.baseAddress,
                            count: count)
                        bands.pointee.join(
                            bank, layout, &queries, UInt32(radius), scratch.start,
                            scratch.queryCapacity, &sink)
                    }
                }
            }
        }
    }
}

/// Carries a Swift closure through C to where pairs come out.
private struct PairReceiver {
    let body: (UnsafeBufferPointer<kk_pair>) -> Void

    static let drain:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<kk_pair>?, Int) ->
            Void = { context, pairs, count in
                guard let context else { return }
                context.assumingMemoryBound(to: PairReceiver.self).pointee
                    .body(UnsafeBufferPointer(start: pairs, count: count))
            }
}

extension UnsafeBufferPointer<Hash256> {
    /// The hashes as 64-bit words, four each; `nil` when empty.
    func withWords<Result>(_ body: (UnsafePointer<UInt64>?) -> Result) -> Result {
        guard let base = baseAddress else { return body(nil) }
        return base.withMemoryRebound(to: UInt64.self, capacity: count * 4) { body($0) }
    }
}
