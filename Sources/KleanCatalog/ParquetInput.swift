/// Parquet through a child process: Python with pyarrow or DuckDB, or DuckDB's own program, writes
/// its rows as CSV or JSON Lines to a pipe. klean links neither.
enum ParquetInput {
    static let magic = Array("PAR1".utf8)

    /// Exit code of the script when Python has neither module.
    private static let noModule: Int32 = 86

    static let install = "python3 -m pip install pyarrow"

    /// The rows of a file as text.
    ///
    /// - Parameter file: A path that the child can open: Parquet begins at its end.
    static func open(_ file: String, size: UInt64) throws(CatalogError) -> OpenInput {
        let name = InputReader.base(file)
        if let found = try start(["python3", "-c", script, file], file, size) {
            return OpenInput(stream: found, path: file, fileName: name + ".csv", kind: "Parquet")
        }
        let query =
            "SET enable_progress_bar = false; "
            + "COPY (SELECT * FROM read_parquet('\(file.replacing("'", with: "''"))')) "
            + "TO '/dev/stdout' (FORMAT json)"
        if let found = try start(["duckdb", "-c", query], file, size) {
            return OpenInput(stream: found, path: file, fileName: name + ".jsonl", kind: "Parquet")
        }
        throw .needsTool(file: file, format: "Parquet", install: install)
    }

    /// - Returns: `nil` when the program or its module is not there.
    private static func start(_ arguments: [String], _ file: String, _ size: UInt64)
        throws(CatalogError) -> PeekedStream?
    {
        let child: ChildStream
        do throws(CatalogError) {
            child = try ChildStream(arguments, path: file, size: size)
        } catch {
            if case .toolFailed = error { return nil }
            throw error
        }
        do throws(CatalogError) {
            return try PeekedStream(child, peeking: InputReader.headBytes)
        } catch {
            // 127 is the C library's word for a program that it did not find.
            if [noModule, 127].contains(child.exitCode()) { return nil }
            throw error
        }
    }

    /// Lists and structures become JSON in their cell, bytes hexadecimal digits.
    private static let script = """
        import json, sys
        path, out = sys.argv[1], sys.stdout.buffer

        def text(value):
            if value is None:
                return None
            if isinstance(value, (bytes, bytearray)):
                return value.hex()
            return json.dumps(value, ensure_ascii=False, default=str)

        def with_pyarrow():
            import pyarrow, pyarrow.csv, pyarrow.parquet
            from pyarrow import types
            file = pyarrow.parquet.ParquetFile(path)

            def plain(column):
                kind = column.type
                if types.is_dictionary(kind):
                    column, kind = column.cast(kind.value_type), kind.value_type
                if types.is_large_string(kind):
                    return column.cast(pyarrow.string())
                is_bytes = types.is_binary(kind) or types.is_large_binary(kind)
                if is_bytes:
                    try:  # Older writers mark text as bytes.
                        return column.cast(pyarrow.string())
                    except pyarrow.ArrowInvalid:
                        pass
                if types.is_nested(kind) or is_bytes or types.is_fixed_size_binary(kind):
                    return pyarrow.array([text(v) for v in column.to_pylist()], pyarrow.string())
                if types.is_floating(kind):
                    return column.cast(pyarrow.float64())
                return column

            writer = None
            for batch in file.iter_batches(batch_size=65536):
                columns = [plain(column) for column in batch.columns]
                batch = pyarrow.record_batch(columns, names=batch.schema.names)
                if writer is None:
                    writer = pyarrow.csv.CSVWriter(out, batch.schema)
                writer.write_batch(batch)
            if writer is None:
                names = [(name, pyarrow.string()) for name in file.schema_arrow.names]
                writer = pyarrow.csv.CSVWriter(out, pyarrow.schema(names))
            writer.close()

        def with_duckdb():
            import duckdb
            connection = duckdb.connect()
            # After two seconds DuckDB draws one, to the rows' own pipe.
            connection.execute("SET enable_progress_bar = false")
            source = "read_parquet('" + path.replace("'", "''") + "')"
            columns = []
            for name, kind, *_ in connection.execute("DESCRIBE SELECT * FROM " + source).fetchall():
                quoted = '"' + name.replace('"', '""') + '"'
                nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP"))
                call = f"to_json({quoted})" if nested else f"lower(hex({quoted}))"
                columns.append(f"{call} AS {quoted}" if nested or kind == "BLOB" else quoted)
            connection.execute(
                "COPY (SELECT " + ", ".join(columns) + " FROM " + source
                + ") TO '/dev/stdout' (FORMAT csv, HEADER)")

        for read in (with_pyarrow, with_duckdb):
            try:
                read()
                out.flush()
                sys.exit(0)
            except ImportError:
                continue
            except BrokenPipeError:
                sys.exit(0)
            except Exception as error:
                sys.exit(str(error).replace("\\n", " "))
        sys.exit(86)
        """
}
