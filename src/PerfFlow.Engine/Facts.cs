using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace PerfFlow.Engine;

/// <summary>
/// What the engine sees of an act: a small, immutable, ordered map. Values are string, bool, long, double, DateTimeOffset,
/// null, lists of these and nested facts; anything else is refused when the facts are made.
/// </summary>
public sealed class Facts : IReadOnlyDictionary<string, object?>, IEquatable<Facts>
{
    private readonly string[] keys;
    private readonly object?[] values;

    private Facts(string[] keys, object?[] values)
    {
        this.keys = keys;
        this.values = values;
    }

    public static Facts Empty { get; } = new([], []);

    public int Count => keys.Length;

    public IEnumerable<string> Keys => keys;

    public IEnumerable<object?> Values => values;

    public object? this[string key] => TryGetValue(key, out var value)
        ? value
        : throw new KeyNotFoundException($"There is no fact '{key}'.");

    /// <summary>Facts in the given order; a name that is given twice keeps its last value.</summary>
    /// <exception cref="ArgumentException">A value is of a type that facts cannot hold.</exception>
    public static Facts Of(params ReadOnlySpan<(string Key, object? Value)> entries)
    {
        if (entries.Length == 0)
            return Empty;
        var names = new string[entries.Length];
        var normalised = new object?[entries.Length];
        var count = 0;
        foreach (var (key, value) in entries)
        {
            var at = Array.IndexOf(names, key, 0, count);
            if (at < 0)
                at = count++;
            names[at] = key;
            normalised[at] = Normalise(value);
        }

        return count == names.Length ? new Facts(names, normalised) : new Facts(names[..count], normalised[..count]);
    }

    /// <inheritdoc cref="Of"/>
    public static Facts From(IEnumerable<KeyValuePair<string, object?>> entries) =>
        entries as Facts ?? Of(entries.Select(entry => (entry.Key, entry.Value)).ToArray());

    /// <summary>
    /// Facts of a JSON object. Whole numbers become long, others double; text stays text, also where it looks like an instant.
    /// </summary>
    /// <exception cref="ArgumentException">The element is no object.</exception>
    public static Facts FromJson(JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? (Facts)ValueFromJson(element)!
        : throw new ArgumentException("Facts are a JSON object.", nameof(element));

    /// <summary>A copy in which one fact is added or replaced.</summary>
    public Facts With(string key, object? value)
    {
        var at = Array.IndexOf(keys, key);
        if (at >= 0)
        {
            var replaced = (object?[])values.Clone();
            replaced[at] = Normalise(value);
            return new Facts(keys, replaced);
        }

        return new Facts([.. keys, key], [.. values, Normalise(value)]);
    }

    /// <summary>A copy in which one fact is missing.</summary>
    public Facts Without(string key)
    {
        var at = Array.IndexOf(keys, key);
        return at < 0 ? this : keys.Length == 1 ? Empty : new Facts([.. keys[..at], .. keys[(at + 1)..]], [.. values[..at], .. values[(at + 1)..]]);
    }

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            if (string.Equals(keys[i], key, StringComparison.Ordinal))
            {
                value = values[i];
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>Writes the facts as a JSON object; instants as ISO 8601 with offset.</summary>
    public void WriteTo(Utf8JsonWriter writer) => WriteValue(writer, this);

    public bool Equals(Facts? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || other.Count != Count)
            return false;
        for (var i = 0; i < keys.Length; i++)
        {
            if (!other.TryGetValue(keys[i], out var value) || !SameValue(values[i], value))
                return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as Facts);

    public override int GetHashCode()
    {
        var hash = keys.Length;
        foreach (var key in keys)
            hash ^= StringComparer.Ordinal.GetHashCode(key);
        return hash;
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < keys.Length; i++)
            yield return new KeyValuePair<string, object?>(keys[i], values[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal string KeyAt(int index) => keys[index];

    internal object? ValueAt(int index) => values[index];

    /// <summary>Only the named facts, in the order of the names; without allocation where there are none.</summary>
    internal Facts Only(string[] names)
    {
        var found = 0;
        foreach (var name in names)
            found += ContainsKey(name) ? 1 : 0;
        if (found == 0)
            return Empty;
        var newKeys = new string[found];
        var newValues = new object?[found];
        found = 0;
        foreach (var name in names)
        {
            if (TryGetValue(name, out var value))
            {
                newKeys[found] = name;
                newValues[found++] = value;
            }
        }

        return new Facts(newKeys, newValues);
    }

    internal static object? ValueFromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? (object)whole : element.GetDouble(),
        JsonValueKind.Array => element.EnumerateArray().Select(ValueFromJson).ToArray(),
        JsonValueKind.Object => Of(element.EnumerateObject().Select(p => (p.Name, ValueFromJson(p.Value))).ToArray()),
        _ => null,
    };

    internal static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case long whole:
                writer.WriteNumberValue(whole);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case double:
                writer.WriteNullValue();
                break;
            case DateTimeOffset instant:
                writer.WriteStringValue(instant.ToString("O", CultureInfo.InvariantCulture));
                break;
            case IReadOnlyDictionary<string, object?> map:
                writer.WriteStartObject();
                foreach (var (key, item) in map)
                {
                    writer.WritePropertyName(key);
                    WriteValue(writer, item);
                }

                writer.WriteEndObject();
                break;
            case IEnumerable<object?> list:
                writer.WriteStartArray();
                foreach (var item in list)
                    WriteValue(writer, item);
                writer.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"A {value.GetType().Name} is no fact.", nameof(value));
        }
    }

    internal static bool SameValue(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (IReadOnlyList<object?> a, IReadOnlyList<object?> b) => a.Count == b.Count && a.Zip(b).All(p => SameValue(p.First, p.Second)),
        _ => Equals(left, right),
    };

    private static object? Normalise(object? value) => value switch
    {
        null or string or bool or long or double or DateTimeOffset or Facts => value,
        int or short or byte or uint or sbyte or ushort => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        float or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        IEnumerable<KeyValuePair<string, object?>> map => From(map),
        IEnumerable list => list.Cast<object?>().Select(Normalise).ToArray(),
        _ => throw new ArgumentException($"A {value.GetType().Name} is no fact.", nameof(value)),
    };
}
