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
        // In one piece: the copy is short, and no hash object is made.
        var both = ArrayPool<byte>.Shared.Rent(previous.Length + line.Length);
        previous.CopyTo(both);
        line.CopyTo(both.AsSpan(previous.Length));
        var hash = SHA256.HashData(both.AsSpan(0, previous.Length + line.Length));
        ArrayPool<byte>.Shared.Return(both);
        return hash;
    }

    /// <param name="what">Writes the members that are the act's own, after the common ones.</param>
    public static byte[] Write(int seq, string act, Actor actor, DateTimeOffset at, DateTimeOffset recordedAt, Guid command, IReadOnlyList<byte[]> rows, Action<Utf8JsonWriter>? what)
    {
        using var scratch = JsonScratch.Rent();
        var json = scratch.Writer;
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
        return scratch.Written.ToArray();
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
