using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using PerfFlow.Engine;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// A line of the journal: what a replay needs of an act and its columns do not say, and the SHA-256 of every row that came with
/// it. A byte for the format, the command's id, the number of rows, their hashes, then names and values as CBOR to the end. A
/// first byte that is a brace is an <see cref="OldJournalLine"/>.
/// </summary>
internal static class JournalLine
{
    /// <summary>The first byte of a line, and of what is hashed with it.</summary>
    public const byte Format = 2;

    private const int CommandLength = 16;
    // As many rows or more: their number follows in four bytes.
    private const int Many = byte.MaxValue;

    private const int HashLength = SHA256.HashSizeInBytes;

    /// <summary>The hash before the first line of a stream.</summary>
    public static readonly byte[] Genesis = new byte[HashLength];

    /// <param name="members">The act's own, of a <see cref="CborWriter"/>: names and values, one after the other.</param>
    public static byte[] Write(Guid command, IReadOnlyList<byte[]> rows, ReadOnlySpan<byte> members)
    {
        var hashes = 1 + CommandLength + (rows.Count < Many ? 1 : 1 + sizeof(int));
        var line = new byte[hashes + (rows.Count * HashLength) + members.Length];
        line[0] = Format;
        command.TryWriteBytes(line.AsSpan(1), bigEndian: true, out _);
        line[1 + CommandLength] = (byte)Math.Min(rows.Count, Many);
        if (rows.Count >= Many)
        {
            BinaryPrimitives.WriteInt32BigEndian(line.AsSpan(2 + CommandLength), rows.Count);
        }

        for (var n = 0; n < rows.Count; n++)
        {
            rows[n].CopyTo(line, hashes + (n * HashLength));
        }

        members.CopyTo(line.AsSpan(line.Length - members.Length));
        return line;
    }

    /// <summary>The hashes of the rows that came with a line, in their order; none where the bytes are no line of this format.</summary>
    public static List<byte[]> Rows(ReadOnlySpan<byte> line)
    {
        var rows = new List<byte[]>();
        if (TryFindRows(line, out var from, out var count))
        {
            for (var n = 0; n < count; n++)
            {
                rows.Add(line.Slice(from + (n * HashLength), HashLength).ToArray());
            }
        }

        return rows;
    }

    /// <summary>What a line of this format says beyond its columns.</summary>
    public static Facts Members(ReadOnlySpan<byte> line) => TryFindRows(line, out var from, out var count)
        ? Cbor.ReadMembers(line[(from + (count * HashLength))..])
        : throw new InvalidDataException("The bytes are no line of a journal.");

    /// <summary>Whether the line was written before this format.</summary>
    public static bool IsOld(ReadOnlySpan<byte> line) => line is [(byte)'{', ..];

    private static bool TryFindRows(ReadOnlySpan<byte> line, out int from, out int count)
    {
        (from, count) = (2 + CommandLength, 0);
        if (line.Length < from || line[0] != Format)
        {
            return false;
        }

        count = line[from - 1];
        if (count == Many)
        {
            if (line.Length < from + sizeof(int))
            {
                return false;
            }

            count = BinaryPrimitives.ReadInt32BigEndian(line[from..]);
            from += sizeof(int);
        }

        return count >= 0 && count <= (line.Length - from) / HashLength;
    }

    /// <summary>SHA-256 over one feature row: its table and its values in column order, in one written form.</summary>
    public static byte[] HashRow(string table, IReadOnlyList<object?> values)
    {
        using var scratch = JsonScratch.Rent();
        var json = scratch.Writer;
        json.WriteStartArray();
        json.WriteStringValue(table);
        foreach (var value in values)
        {
            WriteValue(json, value);
        }

        json.WriteEndArray();
        return SHA256.HashData(scratch.Written);
    }

    /// <summary>Facts and row values in one written form: the same value gives the same bytes, before and after the database.</summary>
    public static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null or DBNull: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case short number: json.WriteNumberValue(number); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case double number: json.WriteNumberValue(number); break;
            // numeric(18,6) comes back with its zeros; dividing by one with 28 decimals takes them away
            case decimal number: json.WriteNumberValue(number / 1.0000000000000000000000000000m); break;
            case DateTimeOffset instant: json.WriteNumberValue(instant.ToUnixTimeMilliseconds()); break;
            case DateTime instant: json.WriteNumberValue(new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc)).ToUnixTimeMilliseconds()); break;
            case DateOnly day: json.WriteStringValue(day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)); break;
            case Guid id: json.WriteStringValue(id); break;
            case byte[] bytes: json.WriteBase64StringValue(bytes); break;
            case Facts facts:
                json.WriteStartObject();
                foreach (var (name, item) in facts.OrderBy(f => f.Key, StringComparer.Ordinal))
                {
                    json.WritePropertyName(name);
                    WriteValue(json, item);
                }

                json.WriteEndObject();
                break;
            case IReadOnlyList<object?> items:
                json.WriteStartArray();
                foreach (var item in items)
                {
                    WriteValue(json, item);
                }

                json.WriteEndArray();
                break;
            default: throw new InvalidOperationException($"{value.GetType()} is no value of a fact or a row.");
        }
    }
}
