/** The PNG text in which a grid holds the records of its cells. */
export const gridKeyword = 'neg-grid'
