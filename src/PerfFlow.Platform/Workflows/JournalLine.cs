using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using PerfFlow.Engine;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// A line of the journal as it is hashed: short UTF-8 JSON. It holds what a replay needs (act, visit, facts, instant)
/// and the SHA-256 of every row that came with it.
/// </summary>
internal static class JournalLine
{
    /// <summary>The hash before the first line of a stream.</summary>
    public static readonly byte[] Genesis = new byte[32];

    public static byte[] Hash(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> line)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(previous);
        sha.AppendData(line);
        return sha.GetHashAndReset();
    }

    /// <param name="what">Writes the members that are the act's own, after the common ones.</param>
    public static byte[] Write(int seq, string act, Actor actor, DateTimeOffset at, DateTimeOffset recordedAt, Guid command, IReadOnlyList<byte[]> rows, Action<Utf8JsonWriter>? what)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("q", seq);
        json.WriteString("a", act);
        what?.Invoke(json);
        json.WriteString("r", actor.Role);
        json.WriteNumber("g", actor.OrganisationId);
        json.WriteNumber("u", actor.UserId);
        json.WriteNumber("t", at.ToUnixTimeMilliseconds());
        json.WriteNumber("s", recordedAt.ToUnixTimeMilliseconds());
        json.WriteString("c", command);
        if (rows.Count > 0)
        {
            json.WriteStartArray("h");
            foreach (var row in rows)
            {
                json.WriteBase64StringValue(row);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>SHA-256 over one feature row: its table and its values in column order, in one written form.</summary>
    public static byte[] HashRow(string table, IReadOnlyList<object?> values)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartArray();
        json.WriteStringValue(table);
        foreach (var value in values)
        {
            WriteValue(json, value);
        }

        json.WriteEndArray();
        json.Flush();
        return SHA256.HashData(buffer.WrittenSpan);
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
