import KleanCore
internal import Yams

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A mapping for sources whose path or own name matches a shell pattern.
package struct SpecialMapping: Equatable, Sendable {
    package var pattern: String
    package var mapping: Mapping

    func matches(_ name: String) -> Bool { fnmatch(pattern, name, 0) == 0 }
}

/// A saved mapping, as YAML:
///
/// | key | value |
/// |---|---|
/// | `columns` | field to column name or list of names, JSON paths with dots |
/// | `ignore` | list of columns that must not be recognised |
/// | `currency`, `encoding`, `records` | as the options of `klean pack` |
/// | `currencies` | price column to ISO 4217 code |
/// | `defaults` | `seller`, `brand`, `shop`, `category`, `condition` of rows without their own |
/// | `sources` | pattern to a mapping of the same keys, which adds to the rest of the file |
///
/// Any other key is an error: a misspelt one must not be silent.
package struct MappingFile: Equatable, Sendable {
    package var mapping: Mapping
    package var special: [SpecialMapping] = []

    /// - Throws: ``CatalogError/badMappingFile(file:reason:)``, ``CatalogError/notFound(file:)``.
    package init(path: String) throws(CatalogError) {
        let source = try ByteSource(path: path)
        var bytes: [UInt8] = []
        guard try source.read(MappingFile.bytesMax + 1, onto: &bytes) <= MappingFile.bytesMax else {
            throw .badMappingFile(
                file: path, reason: "expected at most \(MappingFile.bytesMax) bytes, found more")
        }
        try self.init(text: String(decoding: bytes, as: UTF8.self), file: path)
    }

    static let bytesMax = 1 << 20

    package init(text: String, file: String) throws(CatalogError) {
        let root: Node
        do {
            guard let composed = try Yams.compose(yaml: text) else {
                throw CatalogError.badMappingFile(file: file, reason: "expected keys, found none")
            }
            root = composed
        } catch let error as CatalogError {
            throw error
        } catch {
            let words = String(describing: error).split(whereSeparator: \.isNewline)
            throw .badMappingFile(
                file: file, reason: "no YAML: " + words.joined(separator: " "))
        }
        let reader = MappingNode(file: file)
        mapping = try reader.mapping(root, on: Mapping(), isRoot: true)
        guard let sources = root.mapping?["sources"] else { return }
        guard let patterns = sources.mapping else {
            throw reader.refuse(sources, "sources: expected patterns with mappings")
        }
        for (pattern, node) in patterns {
            let own = try reader.mapping(node, on: mapping, isRoot: false)
            special.append(SpecialMapping(pattern: pattern.string ?? "", mapping: own))
        }
    }
}

/// Reads one level of a mapping file.
private struct MappingNode {
    let file: String

    func refuse(_ node: Node, _ reason: String) -> CatalogError {
        let line = node.mark.map { "line \($0.line): " } ?? ""
        return .badMappingFile(file: file, reason: line + reason)
    }

    func mapping(_ node: Node, on base: Mapping, isRoot: Bool) throws(CatalogError) -> Mapping {
        guard let keys = node.mapping else { throw refuse(node, "expected keys with values") }
        var mapping = base
        for (key, value) in keys {
            switch key.string {
            case "columns": try columns(value, into: &mapping)
            case "ignore": mapping.ignored = try texts(value)
            case "currency": mapping.currency = try currency(value)
            case "currencies":
                guard let pairs = value.mapping else {
                    throw refuse(value, "currencies: expected columns with codes")
                }
                for (column, code) in pairs {
                    mapping.currencies[try text(column)] = try currency(code)
                }
            case "encoding":
                guard let encoding = TextEncoding(name: try text(value)) else {
                    throw refuse(value, "encoding: found \(try text(value)), which is not known")
                }
                mapping.encoding = encoding
            case "records": mapping.recordsPath = try text(value)
            case "defaults": try defaults(value, into: &mapping)
            case "sources" where isRoot: break
            default:
                throw refuse(
                    key,
                    "expected columns, ignore, currency, currencies, encoding, records, defaults"
                        + (isRoot ? " or sources" : "") + ", found \(key.string ?? "a list")")
            }
        }
        return mapping
    }

    private func columns(_ node: Node, into mapping: inout Mapping) throws(CatalogError) {
        guard let pairs = node.mapping else {
            throw refuse(node, "columns: expected fields with column names")
        }
        for (key, value) in pairs {
            guard let field = Field(rawValue: key.string ?? "") else {
                let names = Field.allCases.map(\.rawValue).joined(separator: ", ")
                throw refuse(key, "expected one of \(names), found \(key.string ?? "a list")")
            }
            mapping.columns[field] = try texts(value)
        }
    }

    private func defaults(_ node: Node, into mapping: inout Mapping) throws(CatalogError) {
        guard let pairs = node.mapping else {
            throw refuse(node, "defaults: expected fields with values")
        }
        for (key, value) in pairs {
            let text = try text(value)
            switch key.string {
            case "seller": mapping.seller = text
            case "brand": mapping.brand = text
            case "shop": mapping.shop = text
            case "category": mapping.category = text
            case "condition":
                mapping.condition = Condition.allCases.first { String(describing: $0) == text }
                guard mapping.condition != nil else {
                    throw refuse(value, "expected new, used or refurbished, found \(text)")
                }
            default:
                throw refuse(
                    key,
                    "expected seller, brand, shop, category or condition, found "
                        + (key.string ?? "a list"))
            }
        }
    }

    private func currency(_ node: Node) throws(CatalogError) -> Currency {
        guard let currency = Currency(code: try text(node)) else {
            throw refuse(node, "expected an ISO 4217 code, found \(try text(node))")
        }
        return currency
    }

    private func texts(_ node: Node) throws(CatalogError) -> [String] {
        guard let list = node.sequence else { return [try text(node)] }
        var texts: [String] = []
        for item in list { texts.append(try text(item)) }
        return texts
    }

    private func text(_ node: Node) throws(CatalogError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else {
            throw refuse(node, "expected a text, found none")
        }
        return text
    }
}
