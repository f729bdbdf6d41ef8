package import KleanCore

extension ContainerReader {
    /// The content digest that ``ContainerWriter/digest`` gave for the same columns, from what is
    /// stored now. Checks and decodes every segment.
    package func digest() throws(ContainerError) -> Digest {
        var builder = DigestBuilder(domain: "klean container")
        builder.update(UInt64(kind.raw))
        for entry in entries {
            builder.update(UInt64(entry.id.raw) << 8 | UInt64(entry.element.rawValue))
            switch entry.element {
            case .u8: builder.update(try u8(entry.id))
            case .bytes: builder.update(try bytes(entry.id))
            case .u16: builder.update(try u16(entry.id))
            case .u32: builder.update(try u32(entry.id))
            case .u64: builder.update(try u64(entry.id))
            case .i32: builder.update(try i32(entry.id))
            case .i64: builder.update(try i64(entry.id))
            case .offsets32: builder.update(try offsets(entry.id))
            case .hash256: builder.update(try hash256(entry.id))
            }
        }
        return builder.finish()
    }
}
