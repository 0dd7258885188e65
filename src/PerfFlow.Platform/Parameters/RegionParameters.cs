namespace PerfFlow.Platform.Parameters;

/// <summary>The settings of one region and one year: what somebody set, and the defaults for the rest.</summary>
/// <param name="overrides">
/// Key and text of the rows of the parameter table that apply to the region and year, already merged
/// (a row of the year wins over a row for all years). Keys unknown to the register are ignored.
/// </param>
public sealed class RegionParameters(IReadOnlyDictionary<string, string> overrides)
{
    /// <summary>Nothing overridden.</summary>
    public static RegionParameters Defaults { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>The value in force. Throws <see cref="FormatException"/> when the stored text is none (see <see cref="ParameterKey{T}.Read"/>).</summary>
    public T Get<T>(ParameterKey<T> key) => overrides.TryGetValue(key.Name, out var text) ? key.Read(text) : key.Default;

    /// <summary>The stored text of a key that is not in the register (the level of a check), or null.</summary>
    public string? Raw(string name) => overrides.GetValueOrDefault(name);
}
