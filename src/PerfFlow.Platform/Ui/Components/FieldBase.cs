using Microsoft.AspNetCore.Components;

namespace PerfFlow.Platform.Ui.Components;

/// <summary>What every input of a form has: a name, a label, a hint, an error.</summary>
public abstract class FieldBase : ComponentBase
{
    /// <summary>The name posted; the element's id is f-name.</summary>
    [Parameter, EditorRequired] public string Name { get; set; } = "";

    [Parameter, EditorRequired] public string Label { get; set; } = "";

    [Parameter] public string? Value { get; set; }

    /// <summary>How to fill it in, below the input.</summary>
    [Parameter] public string? Hint { get; set; }

    /// <summary>The longer explanation with its source clause, behind a question mark.</summary>
    [Parameter] public string? Help { get; set; }

    [Parameter] public bool Required { get; set; }

    /// <summary>Still readable and posted, but not to be changed.</summary>
    [Parameter] public bool ReadOnly { get; set; }

    /// <summary>short, mid, wide, or nothing for a line of text.</summary>
    [Parameter] public string? Width { get; set; }

    [CascadingParameter] public FormErrors Errors { get; set; } = FormErrors.None;

    /// <summary>placeholder, autocomplete, inputmode, maxlength, data-… for the input itself.</summary>
    [Parameter(CaptureUnmatchedValues = true)] public IReadOnlyDictionary<string, object>? More { get; set; }

    protected string InputId => "f-" + Name;

    protected string? Error => Errors.For(Name);

    protected string? Invalid => Error is null ? null : "true";

    protected string? DescribedBy => (Error, Hint) switch
    {
        (null, null) => null,
        (null, _) => $"h-{Name}",
        (_, null) => $"e-{Name}",
        _ => $"e-{Name} h-{Name}",
    };
}
