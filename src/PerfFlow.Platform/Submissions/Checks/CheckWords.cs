using System.Text.Json;

namespace PerfFlow.Platform.Submissions;

/// <summary>A sign that an indicator stands at the wrong place.</summary>
/// <param name="Words">One of them is in the indicator's name.</param>
/// <param name="WrongIn">Second-level codes where such an indicator does not belong.</param>
/// <param name="Belongs">Second-level code where it does; the first that the frame has.</param>
internal sealed record MisplacedSign(IReadOnlyList<string> Words, IReadOnlyList<string> WrongIn, IReadOnlyList<string> Belongs);

/// <summary>The word lists of the checks that guess from words; data, so that a county's additions need no program.</summary>
/// <param name="Vague">Words that say nothing measurable.</param>
/// <param name="Measurable">Words that make a value in words measurable after all.</param>
/// <param name="Misplaced">For XG02.</param>
/// <param name="Inputs">What is put in, not what comes out (XG04).</param>
/// <param name="Common">Pairs of characters in nearly every project or department name, which prove no relation (XG01).</param>
internal sealed record CheckWords(
    IReadOnlyList<string> Vague,
    IReadOnlyList<string> Measurable,
    IReadOnlyList<MisplacedSign> Misplaced,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Common)
{
    private const string Resource = "PerfFlow.Platform.Submissions.Checks.words.data.json";

    private static readonly Lazy<CheckWords> Loaded = new(Load);

    public static CheckWords Shipped => Loaded.Value;

    private static CheckWords Load()
    {
        using var stream = typeof(CheckWords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is not in the assembly.");
        return JsonSerializer.Deserialize<CheckWords>(stream, JsonSerializerOptions.Web)
            ?? throw new InvalidOperationException($"The resource {Resource} is empty.");
    }
}
