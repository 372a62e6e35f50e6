namespace fe2{}
