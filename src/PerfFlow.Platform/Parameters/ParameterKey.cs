using System.Globalization;

namespace PerfFlow.Platform.Parameters;

/// <summary>One setting of a region and year: its name, what it is when nobody set it, and how its text is read.</summary>
public abstract class ParameterKey
{
    private protected ParameterKey(string name, string source)
    {
        Name = name;
        Source = source;
    }

    /// <summary>As stored and shown, for instance <c>ex_ante.threshold</c>.</summary>
    public string Name { get; }

    /// <summary>Where the default comes from: a 文号, a county's report, or "practice".</summary>
    public string Source { get; }

    /// <summary>The default as it would be stored.</summary>
    public abstract string DefaultText { get; }

    /// <summary>The texts to choose from; empty where the text is free.</summary>
    public IReadOnlyList<string> Options { get; internal init; } = [];

    /// <summary>Whether this text may be stored under the key; ask before writing.</summary>
    public abstract bool Accepts(string text);
}

/// <inheritdoc />
public sealed class ParameterKey<T> : ParameterKey
{
    private readonly Func<string, (bool Ok, T Value)> read;

    internal ParameterKey(string name, T defaultValue, string source, Func<T, string> write, Func<string, (bool Ok, T Value)> read)
        : base(name, source)
    {
        Default = defaultValue;
        DefaultText = write(defaultValue);
        this.read = read;
    }

    public T Default { get; }

    public override string DefaultText { get; }

    public override bool Accepts(string text) => read(text).Ok;

    /// <summary>
    /// The value of the text. Throws <see cref="FormatException"/>: writers ask <see cref="Accepts"/> first, so a bad
    /// text in the store is a fault, and guessing a limit in its place would be worse than stopping.
    /// </summary>
    public T Read(string text)
    {
        var (ok, value) = read(text);
        return ok ? value : throw new FormatException($"Parameter {Name} cannot be \"{text}\".");
    }
}

/// <summary>Makes keys of the kinds the register needs.</summary>
internal static class ParameterKinds
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static ParameterKey<int> Int(string name, int value, string source, int min = 0, int max = int.MaxValue) =>
        new(name, value, source, v => v.ToString(Invariant), t => (int.TryParse(t, NumberStyles.AllowLeadingSign, Invariant, out var v) && v >= min && v <= max, v));

    public static ParameterKey<decimal> Decimal(string name, decimal value, string source, decimal min = 0, decimal max = decimal.MaxValue) =>
        new(name, value, source, v => v.ToString(Invariant), t => (decimal.TryParse(t, NumberStyles.Number, Invariant, out var v) && v >= min && v <= max, v));

    public static ParameterKey<bool> Bool(string name, bool value, string source) =>
        new(name, value, source, v => v ? "true" : "false", t => (bool.TryParse(t, out var v), v)) { Options = ["true", "false"] };

    public static ParameterKey<TimeOnly> Time(string name, TimeOnly value, string source) =>
        new(name, value, source, v => v.ToString("HH:mm", Invariant), t => (TimeOnly.TryParseExact(t, "HH:mm", Invariant, DateTimeStyles.None, out var v), v));

    public static ParameterKey<string> OneOf(string name, string value, string source, params string[] allowed) =>
        new(name, value, source, v => v, t => (allowed.Contains(t), t)) { Options = allowed };

    /// <summary>Separated by commas; each item must be accepted by <paramref name="item"/>.</summary>
    public static ParameterKey<IReadOnlyList<TItem>> List<TItem>(
        string name, IReadOnlyList<TItem> value, string source, Func<TItem, string> write, Func<string, (bool Ok, TItem Value)> item) =>
        new(name, value, source, v => string.Join(',', v.Select(write)), t =>
        {
            var parts = t.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(item).ToList();
            return (parts.TrueForAll(p => p.Ok), [.. parts.Select(p => p.Value)]);
        });

    public static ParameterKey<IReadOnlyList<int>> Days(string name, IReadOnlyList<int> value, string source) =>
        List(name, value, source, v => v.ToString(Invariant), t => (int.TryParse(t, NumberStyles.None, Invariant, out var v) && v <= 60, v));

    public static ParameterKey<IReadOnlyList<decimal>> Numbers(string name, IReadOnlyList<decimal> value, string source) =>
        List(name, value, source, v => v.ToString(Invariant), t => (decimal.TryParse(t, NumberStyles.Number, Invariant, out var v), v));

    public static ParameterKey<IReadOnlyList<string>> Words(string name, IReadOnlyList<string> value, string source, params string[] allowed) =>
        List(name, value, source, v => v, t => (allowed.Length == 0 || allowed.Contains(t), t));

    public static ParameterKey<IReadOnlyList<DateOnly>> Dates(string name, string source) =>
        List(name, [], source, v => v.ToString("yyyy-MM-dd", Invariant), t => (DateOnly.TryParseExact(t, "yyyy-MM-dd", Invariant, DateTimeStyles.None, out var v), v));
}
