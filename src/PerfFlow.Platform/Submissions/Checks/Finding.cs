using System.Globalization;

namespace PerfFlow.Platform.Submissions;

/// <summary>What a finding does to the submission.</summary>
public enum FindingLevel
{
    /// <summary>The check is switched off for the region and year.</summary>
    Off,

    /// <summary>H: only a person can judge it; never found by the program.</summary>
    Human,

    /// <summary>W: the unit may submit after writing a 说明.</summary>
    Warning,

    /// <summary>E: blocks 送审.</summary>
    Error,
}

/// <summary>One thing that a check found.</summary>
/// <param name="Code">The check, for instance XH01; also a return reason code.</param>
/// <param name="Level">As in force for the region and year.</param>
/// <param name="Place">Field path, row (<c>indicators[3]</c>) or table; empty for the form as a whole.</param>
/// <param name="Args">What the sentence names; an argument that begins with @ is the key of a text.</param>
public sealed record Finding(string Code, FindingLevel Level, string Place, IReadOnlyList<string> Args)
{
    /// <summary>Which wording of the check applies; null for its plain one.</summary>
    public string? Variant { get; init; }

    /// <summary>
    /// The other unit that XG03 compared with. Only for readers who may see that unit's filing: the sentence does not name it.
    /// </summary>
    public string? OtherUnit { get; init; }

    /// <summary>The unit's 说明; null while there is none. An E is not cured by one.</summary>
    public string? Explanation { get; init; }

    /// <summary>Under which the explanation is kept: code and place.</summary>
    public string Key => Place.Length == 0 ? Code : $"{Code}@{Place}";

    /// <summary>Whether it stands in the way of submitting.</summary>
    public bool Blocks => Level == FindingLevel.Error || (Level == FindingLevel.Warning && Explanation is null);

    /// <summary>提示语: what is wrong. <paramref name="text"/> looks up a key.</summary>
    public string Sentence(Func<string, string> text) => Fill(text, "sentence");

    /// <summary>What to do about it.</summary>
    public string Remedy(Func<string, string> text) => Fill(text, "remedy");

    private string Fill(Func<string, string> text, string part)
    {
        var key = Variant is null ? $"checks.{Code}.{part}" : $"checks.{Code}.{Variant}.{part}";
        object[] args = [.. Args.Select(a => a.StartsWith('@') ? text(a[1..]) : a)];
        return string.Format(CultureInfo.InvariantCulture, text(key), args);
    }
}
