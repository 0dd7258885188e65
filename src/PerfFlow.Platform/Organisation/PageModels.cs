using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;

namespace PerfFlow.Platform.Organisation;

/// <summary>The tree with one body of it open.</summary>
/// <param name="MayEdit">Null when the viewer may change the tree; else why not.</param>
/// <param name="Refused">The dialog whose post was refused: it opens again with what was typed.</param>
public sealed record OrganisationModel(
    IReadOnlyList<TreeLine> Tree, BodyView? Open, string? MayEdit, DateOnly Today, string? Refused, FormErrors Errors, IReadOnlyDictionary<string, string> Typed)
{
    /// <summary>What was typed into the refused dialog, else the value that stands.</summary>
    public string? Value(string dialog, string field, string? standing = null) => Refused == dialog ? Typed.GetValueOrDefault(field) : standing;

    public FormErrors ErrorsOf(string dialog) => Refused == dialog ? Errors : FormErrors.None;
}

/// <summary>The list of accounts.</summary>
public sealed record PeopleModel(
    IReadOnlyList<PersonLine> People, string? Text, string? Next, string? MayCreate, string? Refused, FormErrors Errors, IReadOnlyDictionary<string, string> Typed)
{
    public string? Value(string field) => Refused is null ? null : Typed.GetValueOrDefault(field);
}

/// <summary>One account with what may be done to it.</summary>
/// <param name="StartPassword">Shown this once, after making or resetting.</param>
/// <param name="MayManage">Null when the viewer may manage the account; else why not.</param>
/// <param name="MayGrant">Null when the viewer may give and take roles; else why not.</param>
public sealed record PersonModel(
    PersonView View, IReadOnlyList<Choice> Bodies, DateOnly Today, string? StartPassword, string? MayManage, string? MayGrant,
    string? Refused, FormErrors Errors, IReadOnlyDictionary<string, string> Typed)
{
    public string? Value(string field, string? standing = null) => Refused is null ? standing : Typed.GetValueOrDefault(field);
}
