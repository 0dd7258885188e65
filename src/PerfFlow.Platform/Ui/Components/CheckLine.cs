namespace PerfFlow.Platform.Ui.Components;

/// <summary>What a finding does.</summary>
public enum CheckLevel
{
    /// <summary>Blocks the submission.</summary>
    Error,

    /// <summary>Wants an explanation.</summary>
    Warning,
}

/// <summary>One finding of the checks, as shown.</summary>
/// <param name="Code">XH01.</param>
/// <param name="Level">Whether it blocks.</param>
/// <param name="Sentence">What is wrong.</param>
/// <param name="Remedy">How to repair it.</param>
/// <param name="PlaceHref">The field in the form, #f-….</param>
/// <param name="Basis">The clause it comes from.</param>
public sealed record CheckLine(string Code, CheckLevel Level, string Sentence, string? Remedy = null, string? PlaceHref = null, string? Basis = null);
