using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Ui;

/// <summary>One thing to mend in a form.</summary>
/// <param name="Field">The name of the input, to which the summary links; null when the whole act is refused.</param>
/// <param name="Text">The sentence.</param>
public sealed record FieldError(string? Field, string Text);

/// <summary>Why a form came back. A <c>PostForm</c> shows all at its top and hands each to its field.</summary>
public sealed class FormErrors(params IReadOnlyList<FieldError> errors)
{
    public static readonly FormErrors None = new();

    public IReadOnlyList<FieldError> All => errors;

    public bool Any => errors.Count > 0;

    /// <summary>The sentences <c>refusal.&lt;code&gt;</c> of refusals, each at its field.</summary>
    public static FormErrors Of(Texts texts, params IReadOnlyList<Refusal> refusals) =>
        new([.. refusals.Select(r => new FieldError(r.Field, texts.Refusal(r)))]);

    /// <summary>The sentence for one input, or null.</summary>
    public string? For(string? field) => errors.FirstOrDefault(e => string.Equals(e.Field, field, StringComparison.Ordinal))?.Text;
}
