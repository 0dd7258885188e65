using PerfFlow.Engine;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Signers;

/// <summary>What a reviewer does among the others, as the page's address names it.</summary>
public static class Verb
{
    public const string Sign = "sign";
    public const string Ask = "ask";
    public const string Copy = "copy";
    public const string Return = "return";
    public const string TakeBack = "take-back";

    public static readonly IReadOnlyList<string> All = [Sign, Ask, Copy, Return, TakeBack];

    /// <summary>Those that this reader has here and now; one that is refused stays, with its reason.</summary>
    public static IReadOnlyList<string> Of(SignersView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return [.. All.Where(verb => verb switch
        {
            Sign or Ask => view.MayAsk.Count > 0,
            Copy => view.MayShow.Count > 0,
            Return => view.Targets.Count > 0,
            _ => view.TakeBack is not null,
        })];
    }
}

/// <summary>The form as it was typed.</summary>
public sealed record VerbInput
{
    public IReadOnlyList<string> People { get; init; } = [];

    /// <summary>Whom to look for, where there are many.</summary>
    public string? Find { get; init; }

    public string? Place { get; init; }

    public string? Target { get; init; }

    public bool Straight { get; init; } = true;

    public IReadOnlyList<string> Reasons { get; init; } = [];

    public string? Text { get; init; }

    public string? Due { get; init; }
}

/// <summary>加签 · 委派 · 抄送 · 退回到 · 取回: the page of one verb, with those who sign beside it.</summary>
public sealed record VerbModel(FilingCase Filing, SignersView View, string Verb, Guid Command, FormErrors Errors, VerbInput Typed)
{
    public string Address => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/cases/{View.CaseId}/together");

    public IReadOnlyList<string> Verbs => Signers.Verb.Of(View);

    /// <summary>Whom the form offers.</summary>
    public PeopleFound Found(Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return PeopleFound.Of(Verb == Signers.Verb.Copy ? View.MayShow : View.MayAsk, Typed.Find, Typed.People, role => texts[$"role.{role}"]);
    }

    /// <summary>The visit that the form acts on.</summary>
    public int Visit => Verb == Signers.Verb.TakeBack ? View.TakeBack?.Visit ?? 0 : View.Visit ?? 0;
}

/// <summary>抄送我.</summary>
/// <param name="Begun">Not the first page.</param>
public sealed record CopiesModel(CopyPage Page, int Unread, bool Begun);

/// <summary>The icon of a verb and of a state.</summary>
internal static class SignerLooks
{
    public static string Icon(string verb) => verb switch
    {
        Verb.Sign => "user-plus",
        Verb.Ask => "messages",
        Verb.Copy => "send",
        Verb.Return => "corner-up-left",
        _ => "arrow-back-up",
    };

    public static Ui.Components.Mark Mark(ParticipantState state) => state switch
    {
        ParticipantState.Open => Ui.Components.Mark.Wait,
        ParticipantState.Approved or ParticipantState.Replied => Ui.Components.Mark.Pass,
        ParticipantState.Dissented => Ui.Components.Mark.Back,
        _ => Ui.Components.Mark.None,
    };
}
